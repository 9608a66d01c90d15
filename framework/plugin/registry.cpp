#include "plugin/registry.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/algorithm/string.hpp>
#include <boost/core/demangle.hpp>
#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "core/suggest.h"
#include "plugin/descriptor.h"
#include "plugin/elf_file.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kKindNames{"cell", "attention", "embedding", "model"};

/// Loaded libraries stay: their code may be in use until the process ends.
std::vector<boost::dll::shared_library>& loaded_libraries() {
  static auto* libraries = new std::vector<boost::dll::shared_library>();
  return *libraries;
}

struct Refusal {
  PluginStatus status;
  std::string reason;
  std::string remedy;
};

constexpr std::string_view kRebuild = "rebuild it against this seqlab: `seqlab build FILE.cpp`";

/// Why dlopen refused. A function that seqlab once had is no fault of the file's form: the file is of another build.
Refusal load_failure(const std::string& text) {
  constexpr std::string_view kMissing = "undefined symbol: ";
  const std::size_t at = text.find(kMissing);
  if (at != std::string::npos) {
    const std::string symbol = text.substr(at + kMissing.size());
    const std::string name = boost::core::demangle(symbol.c_str());
    const std::string_view own = std::string_view(name).substr(0, name.find('('));  // not the types of its parameters
    if (own.starts_with("seqlab::") || own.find(" seqlab::") != std::string_view::npos) {
      return {PluginStatus::stale_build, fmt::format("it needs {}, which this seqlab does not have", name),
              std::string(kRebuild)};
    }
  }
  return {PluginStatus::not_a_library, text,
          "build it with `seqlab build`; a missing symbol or library is named in the reason"};
}

/// "built with headers 0123, this seqlab with headers 4567": the parts of two fingerprints that differ.
std::string fingerprint_difference(std::string_view plugin, std::string_view host) {
  const auto parts = [](std::string_view text) {
    std::vector<std::string> list;
    boost::split(list, text, boost::is_any_of(";"));
    for (std::string& part : list) boost::trim(part);
    return list;
  };
  const auto only = [](const std::vector<std::string>& one, const std::vector<std::string>& other) {
    std::vector<std::string> rest;
    for (const std::string& part : one) {
      if (std::ranges::find(other, part) == other.end()) rest.push_back(part);
    }
    return rest.empty() ? std::string("less") : fmt::format("{}", fmt::join(rest, ", "));
  };
  const auto plugin_parts = parts(plugin);
  const auto host_parts = parts(host);
  return fmt::format("built with {}, this seqlab with {}", only(plugin_parts, host_parts), only(host_parts, plugin_parts));
}

/// Opens the file and runs the handshake; the components or why not.
std::variant<std::vector<Component>, Refusal> open_plugin(const std::string& file) {
  if (const std::string damage = damage_of_library(file); !damage.empty()) {
    return Refusal{PluginStatus::not_a_library, damage, "build it with `seqlab build`"};
  }
  boost::dll::fs::error_code error;
  boost::dll::shared_library library;
  dlerror();
  library.load(file, error, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (error) {
    const char* text = dlerror();
    return load_failure(text != nullptr ? text : error.message());
  }
  if (!library.has(kPluginSymbol)) {
    return Refusal{PluginStatus::no_descriptor, fmt::format("the symbol {} is missing", kPluginSymbol),
                   "end the source with SEQLAB_CELL(Class, \"name\"), SEQLAB_ATTENTION, SEQLAB_EMBEDDING or SEQLAB_MODEL"};
  }
  const auto& descriptor = library.get<const PluginDescriptor>(kPluginSymbol);
  if (descriptor.size != sizeof(PluginDescriptor)) {
    return Refusal{
        PluginStatus::wrong_api,
        fmt::format("its descriptor has {} bytes, this seqlab's has {}", descriptor.size, sizeof(PluginDescriptor)),
        std::string(kRebuild)};
  }
  if (descriptor.api != kPluginApi) {
    return Refusal{
        PluginStatus::wrong_api,
        fmt::format("made for version {} of the plugin interface, this is version {}", descriptor.api, kPluginApi),
        std::string(kRebuild)};
  }
  if (descriptor.fingerprint == nullptr || descriptor.declare == nullptr) {
    return Refusal{PluginStatus::wrong_api, "its descriptor has empty fields",
                   "make it with the macros of the plugin headers"};
  }
  if (std::string_view(descriptor.fingerprint) != kBuildFingerprint) {
    return Refusal{PluginStatus::stale_build, fingerprint_difference(descriptor.fingerprint, kBuildFingerprint),
                   std::string(kRebuild)};
  }
  loaded_libraries().push_back(library);  // from here on its code has run
  StagingRegistry staging;
  try {
    descriptor.declare(staging);
  } catch (const std::exception& failure) {
    return Refusal{PluginStatus::declare_failed, fmt::format("declaring its components failed: {}", failure.what()),
                   "correct the schema() or slots() of the plugin"};
  } catch (...) {
    return Refusal{PluginStatus::declare_failed, "declaring its components failed with something that is no std::exception",
                   "correct the schema() or slots() of the plugin"};
  }
  if (staging.components().empty()) {
    return Refusal{PluginStatus::empty, "it declares no component", "declare one in the last line of the source"};
  }
  std::vector<Component> components = staging.components();
  for (Component& component : components) component.file = file;
  return components;
}

}  // namespace

std::string_view kind_name(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names(kKindNames.begin(), kKindNames.end());
  return names;
}

Kind kind_of(std::string_view name) {
  const auto found = std::ranges::find(kKindNames, name);
  if (found == kKindNames.end())
    throw UserError(fmt::format("no kind of plugin named '{}'; {}", name, suggestion(name, kind_names())));
  return static_cast<Kind>(found - kKindNames.begin());
}

std::string_view status_name(PluginStatus status) {
  constexpr std::array<std::string_view, 8> kNames{
      "loaded",      "not a library",  "no descriptor", "wrong interface version",
      "stale build", "declare failed", "empty",         "duplicate"};
  return kNames[static_cast<std::size_t>(status)];
}

void StagingRegistry::add(Component component) {
  const bool named = !component.name.empty() && std::ranges::all_of(component.name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!named || component.name == "none") {
    throw UserError(fmt::format("'{}' is no name for a component: use a-z, 0-9 and _, and not 'none'", component.name));
  }
  for (const Component& other : components_) {
    if (other.kind == component.kind && other.name == component.name) {
      throw UserError(fmt::format("it declares {}/{} twice", kind_name(component.kind), component.name));
    }
  }
  components_.push_back(std::move(component));
}

void Registry::add(Component component) {
  expect(find(component.kind, component.name) == nullptr,
         fmt::format("{}/{} is added once", kind_name(component.kind), component.name));
  components_.push_back(std::make_unique<Component>(std::move(component)));
}

void Registry::scan(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::vector<std::string> files;
    std::error_code ignored;
    for (auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, ignored);
         entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
      if (entry.depth() >= 1) entry.disable_recursion_pending();
      if (entry->path().extension() == ".so") files.push_back(fs::absolute(entry->path()).lexically_normal().string());
    }
    std::ranges::sort(files);
    for (const std::string& file : files) load(file);
  }
}

const PluginRecord& Registry::load(const std::string& given) {
  const std::string file = fs::absolute(given).lexically_normal().string();
  for (const PluginRecord& record : records_) {
    if (record.file == file) return record;
  }
  PluginRecord record{file, PluginStatus::loaded, "", "", {}, ""};
  auto outcome = open_plugin(file);
  if (auto* components = std::get_if<std::vector<Component>>(&outcome)) {
    for (const Component& component : *components) {
      if (const Component* other = find(component.kind, component.name)) {
        record.duplicate = fmt::format("{}/{}", kind_name(component.kind), component.name);
        outcome =
            Refusal{PluginStatus::duplicate, fmt::format("{} is already provided by {}", record.duplicate, other->file),
                    "rename one of the two, or take one away"};
        break;
      }
    }
  }
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    record.status = refusal->status;
    record.reason = refusal->reason;
    record.remedy = refusal->remedy;
  } else {
    for (Component& component : std::get<std::vector<Component>>(outcome)) {
      record.provides.push_back(fmt::format("{}/{}", kind_name(component.kind), component.name));
      add(std::move(component));
    }
  }
  records_.push_back(std::move(record));
  return records_.back();
}

std::vector<std::string> Registry::names(Kind kind) const {
  std::vector<std::string> names;
  for (const auto& component : components_) {
    if (component->kind == kind) names.push_back(component->name);
  }
  std::ranges::sort(names);
  return names;
}

const Component* Registry::find(Kind kind, std::string_view name) const {
  for (const auto& component : components_) {
    if (component->kind == kind && component->name == name) return component.get();
  }
  return nullptr;
}

std::string Registry::absence(Kind kind, std::string_view name, const std::vector<std::string>& also) const {
  std::vector<std::string> known = names(kind);
  if (!known.empty()) known.insert(known.end(), also.begin(), also.end());
  std::string text = suggestion(name, known);
  for (const PluginRecord& record : records_) {
    if (record.status == PluginStatus::loaded || fs::path(record.file).stem() != name) continue;
    text = fmt::format("{} should provide it but was not loaded ({}): {}; {}", record.file, status_name(record.status),
                       record.reason, record.remedy);
  }
  return text.empty() ? "no plugin of this kind is installed; see `seqlab plugins`" : text;
}

const Component& Registry::get(Kind kind, std::string_view name) const {
  const Component* component = find(kind, name);
  if (component == nullptr) throw UserError(fmt::format("no {} named '{}'; {}", kind_name(kind), name, absence(kind, name)));
  return *component;
}

std::vector<std::string> plugin_folders() {
  std::vector<std::string> folders;
  if (const char* path = std::getenv("SEQLAB_PLUGIN_PATH")) {
    std::string_view rest = path;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      const auto folder = rest.substr(0, colon);
      if (!folder.empty()) folders.emplace_back(folder);
      rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
  }
  const fs::path program = boost::dll::program_location().string();
  for (const fs::path& folder :
       {program.parent_path() / "plugins", program.parent_path().parent_path() / "lib" / "seqlab" / "plugins"}) {
    if (fs::is_directory(folder)) folders.push_back(folder.string());
  }
  return folders;
}

}  // namespace seqlab
