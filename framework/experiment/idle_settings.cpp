#include "experiment/idle_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "experiment/task.h"
#include "experiment/train_options.h"

namespace seqlab {
namespace {

/// The table of an option's full name, and where its own name begins.
struct Home {
  const OptionTable* table = nullptr;
  std::string prefix;  // "train.", "model.seq2seq."
};

class IdleSettings {
 public:
  IdleSettings(const Plan& plan, const Registry& registry) : plan_(plan), registry_(registry), train_(train_schema()) {}

  /// Why no run feels the setting; nothing where one does, or where none has it.
  [[nodiscard]] std::optional<std::string> why(const std::string& name) const {
    std::optional<std::string> reason;
    for (const PlannedRun& run : plan_.runs) {
      const OptionValues& settings = run.spec.settings;
      const auto value = settings.find(name);
      if (value == settings.end()) continue;
      const Home home = home_of(name, settings);
      const std::string option = name.substr(home.prefix.size());
      const OptionRule* rule = home.table == nullptr ? nullptr : home.table->find(option);
      if (rule == nullptr) return std::nullopt;
      reason = home.table->idle(option, settings_below(settings, home.prefix));
      if (!reason) return std::nullopt;
    }
    return reason;
  }

  [[nodiscard]] bool is_default(const std::string& name) const {
    return std::ranges::all_of(plan_.runs, [&](const PlannedRun& run) {
      const auto value = run.spec.settings.find(name);
      if (value == run.spec.settings.end()) return true;
      const Home home = home_of(name, run.spec.settings);
      const OptionRule* rule = home.table == nullptr ? nullptr : home.table->find(name.substr(home.prefix.size()));
      return rule != nullptr && rule->default_value == value->second;
    });
  }

 private:
  [[nodiscard]] Home home_of(const std::string& name, const OptionValues& settings) const {
    if (name.starts_with("data.")) return {chosen_task(settings).data.get(), "data."};
    if (name.starts_with("train.")) return {&train_, "train."};
    const std::size_t kind = name.find('.');
    const std::size_t plugin = kind == std::string::npos ? kind : name.find('.', kind + 1);
    if (plugin == std::string::npos || name.starts_with("parts.")) return {};
    const Component* component = registry_.find(kind_of(name.substr(0, kind)), name.substr(kind + 1, plugin - kind - 1));
    return component == nullptr ? Home{} : Home{component->options.get(), name.substr(0, plugin + 1)};
  }

  const Plan& plan_;
  const Registry& registry_;
  Schema<TrainOptions> train_;
};

}  // namespace

std::vector<std::string> idle_settings(const ExperimentLayers& layers, const Plan& plan, const Registry& registry) {
  const IdleSettings idle(plan, registry);
  std::vector<std::string> notes;
  std::set<std::string> named;
  for (const auto* entries : {&layers.factors, &layers.assignments}) {
    for (const FlatEntry& entry : *entries) {
      const bool own = entry.source == layers.documents.front().source || from_command_line(entry);
      if (!own || entry.name.find('.') == std::string::npos || named.contains(entry.name)) continue;
      const std::optional<std::string> why = idle.why(entry.name);
      if (!why || idle.is_default(entry.name)) continue;
      named.insert(entry.name);
      const std::string place =
          from_command_line(entry) ? entry.source->name : fmt::format("{}:{}", entry.source->name, entry.key_place().line);
      notes.push_back(fmt::format("{}: {} changes nothing: {}", place, entry.name, *why));
    }
  }
  return notes;
}

}  // namespace seqlab
