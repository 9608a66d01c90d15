// `seqlab check`: is this experiment or this plugin sound?

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/plan_text.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "experiment/data_check.h"
#include "experiment/duration.h"
#include "experiment/memory_size.h"
#include "experiment/model_check.h"
#include "experiment/plan.h"
#include "plugin/registry.h"

namespace seqlab {
namespace {

constexpr int kCheckFailed = 1;

int check_experiment(const std::string& file, const Globals& globals) {
  Registry registry;
  registry.scan(plugin_folders());
  PlanRequest request;
  request.file = file;
  Plan plan = make_plan(request, registry);
  check_data(plan);
  check_models(plan, registry);
  if (!globals.quiet) std::cerr << plan_notes(plan, terminal_width(STDERR_FILENO));
  if (globals.json) {
    std::cout << plan_json(plan) << std::flush;
  } else {
    std::cout << fmt::format("{} is sound\n{}\n{}", file,
                             folded("plan  " + plan_line(plan), terminal_width(STDOUT_FILENO), "      "), plan_listing(plan))
              << std::flush;
  }
  return 0;
}

int check_components(const std::vector<const Component*>& components, const InspectionLimits& limits,
                     const Globals& globals) {
  nlohmann::json list = nlohmann::json::array();
  bool sound = true;
  for (const Component* component : components) {
    const std::string name = fmt::format("{}/{}", kind_name(component->kind), component->name);
    const std::vector<CheckResult> results = inspect_component(globals.program, *component, limits);
    const auto passed = static_cast<std::size_t>(std::ranges::count_if(results, &CheckResult::passed));
    sound = sound && passed == results.size() && !results.empty();
    nlohmann::json object = {{"component", name}, {"file", component->file}, {"checks", nlohmann::json::array()}};
    std::string text = fmt::format("{}   {}\n", name, shown_path(component->file));
    for (const CheckResult& result : results) {
      object["checks"].push_back({{"name", result.name}, {"passed", result.passed}, {"detail", result.detail}});
      text += folded(fmt::format("  {}  {}{}{}", result.passed ? "passed" : "FAILED", result.name,
                                 result.detail.empty() ? "" : ": ", result.detail),
                     terminal_width(STDOUT_FILENO), "          ") +
              '\n';
    }
    list.push_back(std::move(object));
    text += fmt::format("  {} of {} checks passed\n", passed, results.size());
    if (!globals.json) std::cout << text << std::flush;
  }
  if (globals.json) std::cout << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  return sound ? 0 : kCheckFailed;
}

int check_file(const std::string& file, const InspectionLimits& limits, const Globals& globals) {
  if (!std::filesystem::exists(file)) throw UserError(fmt::format("no file '{}'", file));
  Registry registry;
  const PluginRecord record = registry.load(std::filesystem::canonical(file).string());
  if (record.status != PluginStatus::loaded) {
    throw UserError(fmt::format("{} ({}): {}\n  {}", file, status_name(record.status), record.reason, record.remedy));
  }
  std::vector<const Component*> components;
  for (const std::string& provided : record.provides) {
    const auto slash = provided.find('/');
    components.push_back(&registry.get(kind_of(provided.substr(0, slash)), provided.substr(slash + 1)));
  }
  return check_components(components, limits, globals);
}

int check_named(const std::string& word, const InspectionLimits& limits, const Globals& globals) {
  Registry registry;
  registry.scan(plugin_folders());
  const auto slash = word.find('/');
  const Kind kind = kind_of(word.substr(0, slash));
  std::vector<const Component*> components;
  if (slash == std::string::npos) {
    for (const std::string& name : registry.names(kind)) components.push_back(&registry.get(kind, name));
    if (components.empty()) throw NothingMatched(fmt::format("no {} is installed", word));
  } else {
    components.push_back(&registry.get(kind, word.substr(slash + 1)));
  }
  return check_components(components, limits, globals);
}

void add_options(po::options_description& options) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("timeout", text("TIME"), "longest time of a plugin's checks; default 10min")(
      "memory", text("SIZE"), "most memory of a plugin's checks; default 4GB");
}

int check(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, check_command());
  if (!given) return 0;
  const std::string& word = given->positional.front();
  const std::string head = word.substr(0, word.find('/'));
  const bool kind = std::ranges::find(kind_names(), head) != kind_names().end();
  const InspectionLimits limits{parse_duration(given->text("timeout", "10min")),
                                parse_memory_size(given->text("memory", "4GB"))};
  if (word.ends_with(".so")) return check_file(word, limits, globals);
  if (kind && !std::filesystem::is_regular_file(word)) return check_named(word, limits, globals);
  return check_experiment(word, globals);
}

}  // namespace

Command check_command() {
  return {"check",
          "validate an experiment, or run the conformance suite over a plugin",
          "check FILE.toml | FILE.so | KIND[/NAME] [--timeout TIME] [--memory SIZE]",
          check,
          add_options,
          {1, 1, "FILE.toml|FILE.so|KIND/NAME"}};
}

}  // namespace seqlab
