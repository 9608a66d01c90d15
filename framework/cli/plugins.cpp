// `seqlab plugins`: what is installed, from which file, with which options.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "plugin/registry.h"

namespace seqlab {
namespace {

using Json = nlohmann::json;

Json component_json(const Component& component) {
  Json json = {{"kind", kind_name(component.kind)},
               {"name", component.name},
               {"summary", component.options->summary()},
               {"file", component.file},
               {"options", option_json(*component.options)}};
  if (component.kind == Kind::model) {
    json["tasks"] = component.tasks;
    json["slots"] = Json::array();
    for (const Slot& slot : component.slots) {
      json["slots"].push_back({{"name", slot.name},
                               {"kind", kind_name(slot.kind)},
                               {"fallback", slot.fallback},
                               {"optional", slot.optional},
                               {"help", slot.help}});
    }
  }
  return json;
}

void print_json(const Json& json) { std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl; }

void print_columns(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::cout << in_columns(rows, indent, terminal_width(STDOUT_FILENO));
}

std::string slot_filler(const Slot& slot) {
  std::string text(kind_name(slot.kind));
  if (!slot.fallback.empty()) text += fmt::format(", else as '{}'", slot.fallback);
  return text + (slot.optional ? ", may be \"none\"" : "");
}

void print_component(const Component& component) {
  const std::string name = fmt::format("{}/{}", kind_name(component.kind), component.name);
  print_columns({{name, component.options->summary()}}, "");
  std::cout << fmt::format("file: {}\n", component.file);
  if (component.kind == Kind::model) {
    std::cout << fmt::format("tasks: {}\n\nslots, keys of [parts]:\n", fmt::join(component.tasks, ", "));
    std::vector<std::vector<std::string>> rows;
    for (const Slot& slot : component.slots) rows.push_back({slot.name, slot_filler(slot), slot.help});
    print_columns(rows, "  ");
  }
  if (component.options->rules().empty()) {
    std::cout << "\nno options\n";
  } else {
    std::cout << fmt::format("\noptions, keys of [{}.{}]:\n", kind_name(component.kind), component.name);
    print_columns(option_rows(*component.options), "  ");
  }
  if (component.kind == Kind::attention) std::cout << "\nheads, windows, coverage of any score: seqlab keys attention\n";
  std::cout << std::flush;
}

std::vector<const PluginRecord*> broken_files(const Registry& registry) {
  std::vector<const PluginRecord*> broken;
  for (const PluginRecord& record : registry.records()) {
    if (record.status != PluginStatus::loaded) broken.push_back(&record);
  }
  return broken;
}

int list_broken(const Registry& registry, const Globals& globals) {
  const auto broken = broken_files(registry);
  if (globals.json) {
    Json list = Json::array();
    for (const PluginRecord* record : broken) {
      list.push_back({{"file", record->file},
                      {"status", status_name(record->status)},
                      {"reason", record->reason},
                      {"remedy", record->remedy}});
    }
    print_json(list);
    return 0;
  }
  for (const PluginRecord* record : broken) {
    std::cout << record->file << '\n';
    print_columns(
        {{"status:", std::string(status_name(record->status))}, {"reason:", record->reason}, {"remedy:", record->remedy}},
        "  ");
  }
  if (broken.empty() && !globals.quiet) std::cerr << "every plugin file could be loaded" << std::endl;
  std::cout << std::flush;
  return 0;
}

int list_installed(const Registry& registry, const std::vector<std::string>& kinds, const Globals& globals) {
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const std::string& kind : kinds) {
    for (const std::string& name : registry.names(kind_of(kind))) {
      const Component& component = registry.get(kind_of(kind), name);
      list.push_back(component_json(component));
      rows.push_back({kind + "/" + name, component.options->summary(), shown_path(component.file)});
    }
  }
  if (globals.json) {
    print_json(list);
  } else {
    std::cout << in_columns(rows, "", width_limit(STDOUT_FILENO).value_or(kWholeLines)) << std::flush;
  }
  const std::size_t broken = broken_files(registry).size();
  if (broken > 0 && !globals.quiet) {
    std::cerr << fmt::format("{} file{} could not be loaded: seqlab plugins --broken", broken, broken == 1 ? "" : "s")
              << std::endl;
  }
  if (rows.empty()) {
    throw NothingMatched(fmt::format("no plugins found; looked in: {}; name other folders in SEQLAB_PLUGIN_PATH",
                                     fmt::join(plugin_folders(), ", ")));
  }
  return 0;
}

void add_options(po::options_description& options) {
  options.add_options()("broken", "the files that could not be loaded: why, and what to do");
}

int list_plugins(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, plugins_command());
  if (!given) return 0;
  const std::string word = given->positional.empty() ? "" : given->positional.front();
  const auto slash = word.find('/');
  const std::string kind = word.substr(0, slash);
  if (!kind.empty()) (void)kind_of(kind);

  Registry registry;
  registry.scan(plugin_folders());
  if (given->has("broken")) return list_broken(registry, globals);
  if (slash == std::string::npos) {
    return list_installed(registry, kind.empty() ? kind_names() : std::vector<std::string>{kind}, globals);
  }
  const Component& component = registry.get(kind_of(kind), word.substr(slash + 1));
  if (globals.json) {
    print_json(component_json(component));
  } else {
    print_component(component);
  }
  return 0;
}

}  // namespace

Command plugins_command() {
  return {"plugins",
          "what is installed, from which file, with which options",
          "plugins [KIND[/NAME]] [--broken]",
          list_plugins,
          add_options,
          {0, 1, "KIND[/NAME]"}};
}

}  // namespace seqlab
