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

  /// Why no run feels the setting; nothing where one does, where none has it, and where all have its default.
  [[nodiscard]] std::optional<std::string> why(const std::string& name) const {
    std::optional<std::string> reason;
    bool given = false;
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
      given = given || rule->default_value != value->second;
    }
    return given ? reason : std::nullopt;
  }

 private:
  [[nodiscard]] Home home_of(const std::string& name, const OptionValues& settings) const {
    if (name.starts_with("data.")) return {chosen_task(settings).data.get(), "data."};
    if (name.starts_with("train.")) return {&train_, "train."};
    const std::size_t kind = name.find('.');
    const std::size_t plugin = kind == std::string::npos ? kind : name.find('.', kind + 1);
    if (plugin == std::string::npos) return {};
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
  std::set<std::string> seen;
  const auto look = [&](const std::vector<FlatEntry>& entries) {
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {  // the strongest stands last
      const bool own = entry->source == layers.documents.front().source || from_command_line(*entry);
      if (entry->name.find('.') == std::string::npos || !seen.insert(entry->name).second || !own) continue;
      const std::optional<std::string> why = idle.why(entry->name);
      if (!why) continue;
      const std::string place = from_command_line(*entry)
                                    ? entry->source->name
                                    : fmt::format("{}:{}", entry->source->name, entry->key_place().line);
      notes.push_back(fmt::format("{}: {} changes nothing: {}", place, entry->name, *why));
    }
  };
  look(layers.factors);
  for (const SweepTable& table : layers.add) look(table.entries);
  look(layers.assignments);
  return notes;
}

}  // namespace seqlab
