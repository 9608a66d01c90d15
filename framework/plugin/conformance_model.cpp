#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "nn/optimizer.h"
#include "plugin/conformance_kinds.h"
#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

/// What one series of checks is about.
struct Setting {
  const Component& component;
  const Registry& registry;
  TrialKind kind;
  bool with_optional = true;  // the optional slots are filled
};

/// A small model of a setting. Fills every required slot with the first installed component of its kind.
struct Trial {
  Trial(const Setting& setting, Precision precision, const OptionValues& options = {})
      : task(setting.kind.make()), parameters(precision, 3) {
    const Component& component = setting.component;
    OptionValues parts;
    for (const Slot& slot : component.slots) {
      const bool embeds = slot.kind == Kind::embedding && slot.optional;  // filled where there are tokens to embed
      if (!slot.fallback.empty()) continue;
      if (slot.optional && !(embeds ? task->reads_tokens() : setting.with_optional)) continue;
      const auto names = setting.registry.names(slot.kind);
      require(!names.empty(), fmt::format("no {} is installed to fill the slot '{}'", kind_name(slot.kind), slot.name));
      const auto preferred = [&](const char* name) {
        return setting.registry.find(slot.kind, name) != nullptr ? name : names[0];
      };
      parts[slot.name] = slot.kind == Kind::cell        ? preferred("lstm")
                         : slot.kind == Kind::attention ? preferred("additive")
                                                        : preferred("learned");
    }
    OptionValues settings;
    settings["embedding.learned.dimension"] = std::int64_t{3};
    OptionValues own = options;
    if (component.options->find("units") != nullptr && own.find("units") == own.end()) own["units"] = std::int64_t{4};
    ModelContext context(parameters, setting.registry, component, parts, settings, {}, {}, 3);
    task->describe(context);
    model = component.make_model(own, context);
    require(task->use(*model), "the model has not the interface of a task that it declares");
  }
  [[nodiscard]] Var loss(Tape& tape) const { return task->loss(tape, all()).loss; }
  [[nodiscard]] static std::span<const int> all() {
    static const std::vector<int> rows{0, 1, 2};
    return rows;
  }
  std::unique_ptr<TaskTrial> task;
  ParameterSet parameters;
  std::unique_ptr<Model> model;
};

std::string row_alone(const Trial& trial) {
  Tape tape(Precision::f64, false);
  const double together = trial.task->loss(tape, Trial::all()).nats;
  double alone = 0;
  for (int row = 0; row < TaskTrial::kRows; ++row) alone += trial.task->loss(tape, std::span(&row, 1)).nats;
  require(std::abs(together - alone) < 1e-10, fmt::format("batch {:.12g} nats, rows alone {:.12g}", together, alone));
  const auto predicted = trial.task->predict(tape, Trial::all());
  for (int row = 0; row < TaskTrial::kRows; ++row) {
    const auto own = trial.task->predict(tape, std::span(&row, 1));
    require(own[0] == predicted[static_cast<std::size_t>(row)], fmt::format("row {} is predicted differently alone", row));
  }
  return fmt::format("difference {:.1g} nats, predictions equal", std::abs(together - alone));
}

std::string padding_ignored(const Trial& trial) {
  Tape tape(Precision::f64, false);
  const double clean = trial.task->loss(tape, Trial::all()).nats;
  const double dirty = trial.task->loss(tape, Trial::all(), true).nats;
  require(clean == dirty, fmt::format("{:.17g} nats become {:.17g}", clean, dirty));
  return "other inputs behind the lengths and two more steps change no bit";
}

std::string same_bits(const Setting& setting) {
  std::vector<std::vector<double>> all;
  for (int round = 0; round < 2; ++round) {
    const Trial trial(setting, Precision::f32);
    Tape tape(Precision::f32, true);
    tape.set_randomness(5, 1);
    tape.backward(trial.loss(tape));
    auto& bits = all.emplace_back();
    for (const Leaf* leaf : trial.parameters.leaves()) {
      const auto own = bits_of(leaf->gradient);
      bits.insert(bits.end(), own.begin(), own.end());
    }
  }
  require(all[0] == all[1], "two runs with one seed differ");
  return fmt::format("{} numbers", all[0].size());
}

/// Three examples by heart: what any model for the task can learn.
std::string learns(const Setting& setting) {
  Trial trial(setting, Precision::f32);
  Adam adam(trial.parameters, 0.02);
  constexpr int kMost = 2000;
  double loss = 0;
  Tape tape(Precision::f32, true);
  Tape reading(Precision::f32, false);
  for (int round = 1; round <= kMost; ++round) {
    tape.clear();
    tape.set_randomness(5, static_cast<std::uint64_t>(round));
    const BatchLoss result = trial.task->loss(tape, Trial::all());
    loss = result.loss.value().at(0, 0);
    tape.backward(result.loss);
    adam.step(1.0);
    reading.clear();
    if (round % 50 == 0 && trial.task->predict(reading, Trial::all()) == trial.task->learnt()) {
      return fmt::format("predictions right after {} updates, loss {:.4f}", round, loss);
    }
  }
  throw UserError(fmt::format("three examples are not learnt after {} updates (loss {:.3f})", kMost, loss));
}

std::vector<Setting> settings_of(const Component& component, const Registry& registry) {
  const bool optional =
      std::ranges::any_of(component.slots, [](const Slot& slot) { return slot.optional && slot.kind != Kind::embedding; });
  std::vector<Setting> settings;
  for (const std::string& task : component.tasks) {
    for (const TrialKind& kind : trials_of(task)) {
      settings.push_back({component, registry, kind, true});
      if (optional) settings.push_back({component, registry, kind, false});
    }
  }
  return settings;
}

void add_checks(const Setting& setting, std::vector<Check>& checks) {
  std::string suffix = setting.kind.name.empty() ? "" : fmt::format(" ({})", setting.kind.name);
  if (!setting.with_optional) suffix += " (optional slots empty)";
  checks.emplace_back("gradient in f64 agrees with finite differences" + suffix, [setting] {
    const Trial own(setting, Precision::f64);
    return gradient_agrees([&](Tape& tape) { return own.loss(tape); }, own.parameters);
  });
  checks.emplace_back("the same with other options" + suffix, [setting] {
    return each_variation(*setting.component.options, [&](const OptionValues& options) {
      std::optional<Trial> made;
      try {
        made.emplace(setting, Precision::f64, options);
      } catch (const UserError&) {
        if (!setting.with_optional) return;  // an option may need a slot that is empty here
        throw;
      }
      const Trial& own = *made;
      gradient_agrees([&](Tape& tape) { return own.loss(tape); }, own.parameters);
    });
  });
  checks.emplace_back("training computes what prediction computes" + suffix, [setting] {
    const Trial own(setting, Precision::f64);
    return training_equals_reading([&](Tape& tape) { return own.loss(tape); }, Precision::f64);
  });
  checks.emplace_back("a padded batch row equals the sequence alone" + suffix,
                      [setting] { return row_alone(Trial(setting, Precision::f64)); });
  checks.emplace_back("garbage in the padding changes nothing" + suffix,
                      [setting] { return padding_ignored(Trial(setting, Precision::f64)); });
  checks.emplace_back("same seed, same bits" + suffix, [setting] { return same_bits(setting); });
  checks.emplace_back("every parameter gets a gradient" + suffix, [setting] {
    const Trial own(setting, Precision::f32);
    Tape tape(Precision::f32, true);
    tape.backward(own.loss(tape));
    return all_touched(own.parameters);
  });
  if (!setting.kind.own_check.empty()) {
    checks.emplace_back(setting.kind.own_check + suffix,
                        [setting] { return Trial(setting, Precision::f64).task->check_own(); });
  }
  checks.emplace_back("learns three examples by heart" + suffix, [setting] { return learns(setting); });
}

}  // namespace

std::vector<Check> model_checks(const Component& component, const Registry& registry, Maker& make) {
  std::vector<Check> checks;
  const std::vector<Setting> settings = settings_of(component, registry);
  if (settings.empty()) {
    checks.emplace_back("it fits a task",
                        []() -> std::string { throw UserError("the model fits no task that the suite knows"); });
    return checks;
  }
  make = [first = settings.front()](const OptionValues& options) { Trial(first, Precision::f32, options); };
  for (const Setting& setting : settings) add_checks(setting, checks);
  return checks;
}

}  // namespace seqlab::conformance
