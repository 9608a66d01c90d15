#include "experiment/resolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "experiment/run_spec.h"
#include "experiment/task.h"
#include "experiment/train_options.h"
#include "sequence/attention_options.h"

namespace seqlab {
namespace {

void put_table(OptionValues& settings, const OptionTable& table, const std::string& prefix, const OptionValues& given) {
  try {
    for (auto& [name, value] : table.complete(settings_below(given, prefix))) settings[prefix + name] = value;
  } catch (const OptionError& error) {
    throw OptionError(prefix + error.option, error.what());
  }
}

/// What stands around the chosen score, as far as it has an effect.
void put_attention(OptionValues& settings, const OptionValues& given) {
  const std::string prefix = "attention.";
  try {
    for (auto& [name, value] : attention_settings(settings_below(given, prefix))) settings[prefix + name] = value;
  } catch (const OptionError& error) {
    throw OptionError(prefix + error.option, error.what());
  }
}

}  // namespace

std::string slot_filling(const Component& model, const Slot& slot, const OptionValues& given) {
  const Slot* current = &slot;
  for (std::size_t hops = 0; hops <= model.slots.size(); ++hops) {
    if (const auto named = given.find("parts." + current->name); named != given.end())
      return std::get<std::string>(named->second);
    const auto next = std::ranges::find(model.slots, current->fallback, &Slot::name);
    if (current->fallback.empty() || next == model.slots.end()) return slot.optional ? "none" : "";
    current = &*next;
  }
  throw InternalError(fmt::format("the slots of model '{}' fall back in a circle", model.name));
}

Resolved resolve(const OptionValues& given, const Registry& registry) {
  Resolved resolved;
  OptionValues& settings = resolved.settings;
  put_table(settings, *chosen_task(given).data, "data.", given);
  put_table(settings, train_schema(), "train.", given);
  check_train_options(train_schema().read(settings_below(settings, "train.")),
                      std::get<std::string>(settings.at("data.task")));

  const Component& model = registry.get(Kind::model, std::get<std::string>(given.at("parts.model")));
  settings["parts.model"] = model.name;
  resolved.components.push_back(&model);
  for (const Slot& slot : model.slots) {
    const std::string name = slot_filling(model, slot, given);
    const bool named = given.contains("parts." + slot.name);
    if (named || (name == "none" && slot.fallback.empty())) settings["parts." + slot.name] = name;
    if (name.empty() || (name == "none" && !slot.optional)) {
      throw UserError(fmt::format("slot '{}' of model '{}' is not filled", slot.name, model.name));
    }
    if (name != "none") resolved.components.push_back(&registry.get(slot.kind, name));
  }
  std::ranges::sort(resolved.components, {}, [](const Component* c) { return std::pair(c->kind, c->name); });
  const auto repeated = std::ranges::unique(resolved.components);
  resolved.components.erase(repeated.begin(), repeated.end());
  const bool attends =
      std::ranges::any_of(resolved.components, [](const Component* c) { return c->kind == Kind::attention; });
  if (attends) put_attention(settings, given);
  for (const Component* component : resolved.components) {
    put_table(settings, *component->options, fmt::format("{}.{}.", kind_name(component->kind), component->name), given);
  }
  return resolved;
}

}  // namespace seqlab
