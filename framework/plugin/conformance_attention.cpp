#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "plugin/attention.h"
#include "plugin/conformance_kinds.h"
#include "sequence/attention.h"

namespace seqlab::conformance {
namespace {

constexpr int kSize = 4;
constexpr int kBatch = 3;
constexpr int kQueries = 2;
constexpr int kPositions = 5;
const std::vector<int> kLengths{5, 1, 3};

struct Trial {
  Trial(const Component& component, Precision precision, const OptionValues& options = {}, int memory_width = kSize,
        const AttentionOptions& around = {})
      : memory_size(memory_width), parameters(precision, 3) {
    query = parameters.add("test.query", {kBatch * kQueries, kSize}, init::normal(1));
    memory = parameters.add("test.memory", {kBatch * kPositions, memory_size}, init::normal(1));
    attention = Attention(parameters, "score", kSize, memory_size, around,
                          [&](const std::string& name, int query_size, int key_size) -> std::unique_ptr<Scoring> {
                            AttentionContext context(parameters, name, query_size, key_size);
                            return component.make_attention(options, context);
                          });
  }
  [[nodiscard]] Attended run(Tape& tape) const {
    const Var m = reshape(memory.on(tape), {kBatch, kPositions, memory_size});
    return attention(reshape(query.on(tape), {kBatch, kQueries, kSize}), attention.remember(m, kLengths));
  }
  [[nodiscard]] Var loss(Tape& tape) const {
    const Attended result = run(tape);
    return weighted_sum(result.context) + weighted_sum(result.weights);
  }
  int memory_size;
  ParameterSet parameters;
  Parameter query, memory;
  Attention attention;
};

std::string weights_are_shares(const Component& component) {
  const Trial trial(component, Precision::f64);
  Tape tape(Precision::f64, false);
  const Tensor weights = trial.run(tape).weights.value();
  require(weights.shape == Shape({kBatch, kQueries, kPositions}),
          "score() must give [B, T, S], it gave " + to_text(weights.shape));
  for (std::int64_t r = 0; r < weights.rows(); ++r) {
    double sum = 0;
    const int length = kLengths[static_cast<std::size_t>(r / kQueries)];
    for (int s = 0; s < kPositions; ++s) {
      const double weight = weights.at(r, s);
      require(weight >= 0 && (s < length || weight == 0),
              fmt::format("weight {} at position {} of length {}", weight, s, length));
      sum += weight;
    }
    require(std::abs(sum - 1) < 1e-12, fmt::format("weights sum to {}", sum));
  }
  return "sums are 1, 0 behind the lengths";
}

std::string row_alone(const Component& component, const AttentionOptions& around = {}) {
  const Trial trial(component, Precision::f64, {}, kSize, around);
  Tape tape(Precision::f64, false);
  const Attended batch = trial.run(tape);
  double worst = 0;
  for (int b = 0; b < kBatch; ++b) {
    const int length = kLengths[static_cast<std::size_t>(b)];
    const Var own = tape.view(trial.memory.on(tape), b * kPositions * kSize, {1, length, kSize}, kSize);
    const Var query = tape.view(trial.query.on(tape), b * kQueries * kSize, {1, kQueries, kSize}, kSize);
    const std::vector<int> lengths{length};
    const Attended alone = trial.attention(query, trial.attention.remember(own, lengths));
    worst = std::max(worst, difference(at(batch.context, b).value(), at(alone.context, 0).value(), 1e-12,
                                       fmt::format("context of row {}", b)));
  }
  return fmt::format("largest difference {:.1g}", worst);
}

std::string padding_ignored(const Component& component) {
  const Trial trial(component, Precision::f32);
  Tape tape(Precision::f32, false);
  const auto clean = bits_of(trial.run(tape).context.value());
  for (int b = 0; b < kBatch; ++b) {
    for (int s = kLengths[static_cast<std::size_t>(b)]; s < kPositions; ++s) {
      for (int c = 0; c < kSize; ++c) trial.memory.leaf().value.set(b * kPositions + s, c, 1e6);
    }
  }
  tape.clear();
  require(clean == bits_of(trial.run(tape).context.value()), "what stands behind a length changes the context");
  return "values of 1e6 behind the lengths change no bit";
}

/// A score either works with any two widths or refuses unequal ones with a word.
std::string unequal_widths(const Component& component) {
  std::unique_ptr<Trial> trial;
  try {
    trial = std::make_unique<Trial>(component, Precision::f64, OptionValues{}, kSize + 2);
  } catch (const UserError&) {
    return "refused with a clear error";
  }
  return gradient_agrees([&](Tape& tape) { return trial->loss(tape); }, trial->parameters);
}

/// What the host puts around a score: windows, heads and coverage.
std::string surrounded(const Component& component) {
  std::vector<AttentionOptions> all(5);
  all[0].heads = 2;
  all[1].window = "local_m";
  all[2].window = "local_p";
  all[3].window = "local_p";
  all[3].monotonic = true;
  all[4].coverage = true;
  for (AttentionOptions& around : all) {
    around.width = 2;
    const Trial trial(component, Precision::f64, {}, kSize, around);
    gradient_agrees([&](Tape& tape) { return trial.loss(tape); }, trial.parameters);
    row_alone(component, around);
  }
  return fmt::format("{} settings: gradient, and a padded row is itself", all.size());
}

std::string same_bits(const Component& component) {
  std::vector<std::vector<double>> all;
  for (int round = 0; round < 2; ++round) {
    const Trial trial(component, Precision::f32);
    Tape tape(Precision::f32, true);
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

std::string precisions_agree(const Component& component) {
  const auto value = [&](Precision precision) {
    const Trial trial(component, precision);
    Tape tape(precision, false);
    return trial.loss(tape).value().at(0, 0);
  };
  const double f32 = value(Precision::f32);
  const double f64 = value(Precision::f64);
  require(std::abs(f32 - f64) < 1e-4 * (1 + std::abs(f64)), fmt::format("f32 gives {:.9g}, f64 {:.9g}", f32, f64));
  return fmt::format("difference {:.1g}", std::abs(f32 - f64));
}

}  // namespace

std::vector<Check> attention_checks(const Component& component, Maker& make) {
  make = [&component](const OptionValues& options) { Trial(component, Precision::f32, options); };
  return {
      {"weights are shares", [&] { return weights_are_shares(component); }},
      {"gradient in f64 agrees with finite differences",
       [&] {
         const Trial trial(component, Precision::f64);
         return gradient_agrees([&](Tape& tape) { return trial.loss(tape); }, trial.parameters);
       }},
      {"the same with other options",
       [&] {
         return each_variation(*component.options, [&](const OptionValues& options) {
           const Trial trial(component, Precision::f64, options);
           gradient_agrees([&](Tape& tape) { return trial.loss(tape); }, trial.parameters);
         });
       }},
      {"query and memory of different width", [&] { return unequal_widths(component); }},
      {"with heads, windows and coverage", [&] { return surrounded(component); }},
      {"training computes what prediction computes",
       [&] {
         const Trial trial(component, Precision::f64);
         return training_equals_reading([&](Tape& tape) { return trial.loss(tape); }, Precision::f64);
       }},
      {"f32 agrees with f64", [&] { return precisions_agree(component); }},
      {"a padded batch row equals the sequence alone", [&] { return row_alone(component); }},
      {"garbage in the padding changes nothing", [&] { return padding_ignored(component); }},
      {"same seed, same bits", [&] { return same_bits(component); }},
      {"every parameter gets a gradient",
       [&] {
         const Trial trial(component, Precision::f32);
         Tape tape(Precision::f32, true);
         tape.backward(trial.loss(tape));
         return all_touched(trial.parameters);
       }},
  };
}

}  // namespace seqlab::conformance
