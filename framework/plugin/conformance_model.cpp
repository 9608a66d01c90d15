#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "nn/optimizer.h"
#include "plugin/conformance_kinds.h"
#include "plugin/model.h"

namespace seqlab::conformance {
namespace {

/// Sentences of a tiny language: the target says the source backwards.
struct Language {
  Language() {
    std::vector<std::vector<std::string>> texts;
    for (int i = 0; i < 6; ++i) texts.push_back({std::string(1, static_cast<char>('a' + i))});
    vocabulary = Vocabulary::build(texts, 1, 0);
    sources = {{4, 5, 6, 7}, {8}, {9, 4, 5}};
    for (const auto& source : sources) targets.emplace_back(source.rbegin(), source.rend());
  }
  [[nodiscard]] TranslateBatch batch(const std::vector<int>& rows) const {
    TranslateBatch result;
    std::vector<std::vector<int>> in, from, out;
    for (const int row : rows) {
      const auto& target = targets[static_cast<std::size_t>(row)];
      in.push_back(sources[static_cast<std::size_t>(row)]);
      from.push_back({Vocabulary::kBegin});
      from.back().insert(from.back().end(), target.begin(), target.end());
      out.push_back(target);
      out.back().push_back(Vocabulary::kEnd);
    }
    result.source = pack_sequences(in);
    result.target_in = pack_sequences(from);
    result.target_out = pack_sequences(out);
    result.rows = rows;
    return result;
  }
  Vocabulary vocabulary;
  std::vector<std::vector<int>> sources, targets;
};

/// Fills every required slot with the first installed component of its kind, small.
struct Trial {
  Trial(const Component& component, const Registry& registry, Precision precision, const OptionValues& options = {},
        bool with_optional = true)
      : parameters(precision, 3) {
    OptionValues parts;
    OptionValues settings;
    for (const Slot& slot : component.slots) {
      if (!slot.fallback.empty() || (slot.optional && !with_optional)) continue;
      const auto names = registry.names(slot.kind);
      require(!names.empty(), fmt::format("no {} is installed to fill the slot '{}'", kind_name(slot.kind), slot.name));
      const auto preferred = [&](const char* name) { return registry.find(slot.kind, name) != nullptr ? name : names[0]; };
      parts[slot.name] = slot.kind == Kind::cell        ? preferred("lstm")
                         : slot.kind == Kind::attention ? preferred("additive")
                                                        : preferred("learned");
    }
    settings["embedding.learned.dimension"] = std::int64_t{3};
    OptionValues own = options;
    if (component.options->find("units") != nullptr && own.find("units") == own.end()) own["units"] = std::int64_t{4};
    const TextSide side{&language.vocabulary, language.sources};
    ModelContext context(parameters, registry, component, parts, settings, side, side, 3);
    model = component.make_model(own, context);
    translate = dynamic_cast<TranslateModel*>(model.get());
    require(translate != nullptr, "the model fits no task that the suite knows");
  }
  [[nodiscard]] Var loss(Tape& tape) const { return translate->loss(tape, language.batch({0, 1, 2})).loss; }
  Language language;
  ParameterSet parameters;
  std::unique_ptr<Model> model;
  TranslateModel* translate = nullptr;
};

using Make = std::function<Trial(Precision)>;

std::string row_alone(const Trial& trial) {
  Tape tape(Precision::f64, false);
  const double together = trial.translate->loss(tape, trial.language.batch({0, 1, 2})).nats;
  double alone = 0;
  for (int row = 0; row < 3; ++row) alone += trial.translate->loss(tape, trial.language.batch({row})).nats;
  require(std::abs(together - alone) < 1e-10, fmt::format("batch {:.12g} nats, rows alone {:.12g}", together, alone));
  const std::vector<int> limits{8, 8, 8};
  const auto predicted = trial.translate->predict(tape, trial.language.batch({0, 1, 2}), limits);
  for (int row = 0; row < 3; ++row) {
    const auto own = trial.translate->predict(tape, trial.language.batch({row}), std::span(limits).first(1));
    require(own[0] == predicted[static_cast<std::size_t>(row)], fmt::format("row {} is predicted differently alone", row));
  }
  return fmt::format("difference {:.1g} nats, predictions equal", std::abs(together - alone));
}

void add_padding(IdSequences& sequences, int id) {
  for (int t = 0; t < sequences.steps; ++t) {
    for (int b = 0; b < sequences.batch; ++b) {
      if (t >= sequences.lengths[static_cast<std::size_t>(b)])
        sequences.ids[static_cast<std::size_t>(t * sequences.batch + b)] = id;
    }
  }
  sequences.ids.resize(sequences.ids.size() + 2 * static_cast<std::size_t>(sequences.batch), id);
  sequences.steps += 2;
}

std::string padding_ignored(const Trial& trial) {
  Tape tape(Precision::f64, false);
  TranslateBatch batch = trial.language.batch({0, 1, 2});
  const double clean = trial.translate->loss(tape, batch).nats;
  for (IdSequences* part : {&batch.source, &batch.target_in, &batch.target_out}) add_padding(*part, 6);
  const double dirty = trial.translate->loss(tape, batch).nats;
  require(clean == dirty, fmt::format("{:.17g} nats become {:.17g}", clean, dirty));
  return "other ids behind the lengths and two more steps change no bit";
}

std::string same_bits(const Make& make) {
  std::vector<std::vector<double>> all;
  for (int round = 0; round < 2; ++round) {
    const Trial trial = make(Precision::f32);
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

/// Three sentences by heart: what any model for the task can learn.
std::string learns(const Make& make) {
  Trial trial = make(Precision::f32);
  Adam adam(trial.parameters, 0.02);
  const TranslateBatch batch = trial.language.batch({0, 1, 2});
  constexpr int kMost = 2000;
  const std::vector<int> limits{8, 8, 8};
  double loss = 0;
  Tape tape(Precision::f32, true);
  Tape reading(Precision::f32, false);
  for (int round = 1; round <= kMost; ++round) {
    tape.clear();
    tape.set_randomness(5, static_cast<std::uint64_t>(round));
    const BatchLoss result = trial.translate->loss(tape, batch);
    loss = result.loss.value().at(0, 0);
    tape.backward(result.loss);
    adam.step(1.0);
    reading.clear();
    if (round % 50 == 0 && trial.translate->predict(reading, batch, limits) == trial.language.targets) {
      return fmt::format("predictions right after {} updates, loss {:.4f}", round, loss);
    }
  }
  throw UserError(fmt::format("three sentences are not learnt after {} updates (loss {:.3f})", kMost, loss));
}

}  // namespace

std::vector<Check> model_checks(const Component& component, const Registry& registry, Maker& make) {
  make = [&](const OptionValues& options) { Trial(component, registry, Precision::f32, options); };
  std::vector<Check> checks;
  const bool optional = std::ranges::any_of(component.slots, &Slot::optional);
  for (const bool with_optional : optional ? std::vector<bool>{true, false} : std::vector<bool>{true}) {
    const std::string suffix = with_optional ? "" : " (optional slots empty)";
    const Make trial = [&component, &registry, with_optional](Precision precision) {
      return Trial(component, registry, precision, {}, with_optional);
    };
    checks.emplace_back("gradient in f64 agrees with finite differences" + suffix, [trial] {
      const Trial own = trial(Precision::f64);
      return gradient_agrees([&](Tape& tape) { return own.loss(tape); }, own.parameters);
    });
    checks.emplace_back("the same with other options" + suffix, [&component, &registry, with_optional] {
      return each_variation(*component.options, [&](const OptionValues& options) {
        const Trial own(component, registry, Precision::f64, options, with_optional);
        gradient_agrees([&](Tape& tape) { return own.loss(tape); }, own.parameters);
      });
    });
    checks.emplace_back("training computes what prediction computes" + suffix, [trial] {
      const Trial own = trial(Precision::f64);
      return training_equals_reading([&](Tape& tape) { return own.loss(tape); }, Precision::f64);
    });
    checks.emplace_back("a padded batch row equals the sequence alone" + suffix,
                        [trial] { return row_alone(trial(Precision::f64)); });
    checks.emplace_back("garbage in the padding changes nothing" + suffix,
                        [trial] { return padding_ignored(trial(Precision::f64)); });
    checks.emplace_back("same seed, same bits" + suffix, [trial] { return same_bits(trial); });
    checks.emplace_back("every parameter gets a gradient" + suffix, [trial] {
      const Trial own = trial(Precision::f32);
      Tape tape(Precision::f32, true);
      tape.backward(own.loss(tape));
      return all_touched(own.parameters);
    });
    checks.emplace_back("learns three sentences by heart" + suffix, [trial] { return learns(trial); });
  }
  return checks;
}

}  // namespace seqlab::conformance
