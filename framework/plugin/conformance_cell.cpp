#include <fmt/format.h>

#include <cmath>

#include "autodiff/pointwise.h"
#include "autodiff/pool.h"
#include "core/error.h"
#include "nn/optimizer.h"
#include "plugin/cell.h"
#include "plugin/conformance_kinds.h"
#include "sequence/layers.h"
#include "sequence/unroll.h"

namespace seqlab::conformance {
namespace {

constexpr int kInputs = 3;
constexpr int kUnits = 4;
constexpr int kSteps = 5;
const std::vector<int> kLengths{5, 1, 3};

/// A cell with its parameters, and a batch of random inputs [T, B, I].
struct Trial {
  Trial(const Component& component, Precision precision, const OptionValues& options = {}) : parameters(precision, 3) {
    CellContext context(parameters, "cell", kInputs, kUnits);
    cell = component.make_cell(options, context);
  }
  [[nodiscard]] Unrolled run(Tape& tape, const std::vector<double>& values, const std::vector<int>& lengths, int steps,
                             TimeDirection direction) const {
    const int batch = static_cast<int>(lengths.size());
    const Var inputs = tape.constant({steps, batch, kInputs}, values);
    return unroll(*cell, inputs, lengths, cell->initial(tape, batch), direction);
  }
  /// Outputs of true steps and the final state, reduced to one number.
  [[nodiscard]] Var loss(Tape& tape) const {
    Var total;
    for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
      const Unrolled result = run(tape, numbers(kSteps * 3 * kInputs, "inputs"), kLengths, kSteps, direction);
      Var sum = weighted_sum(result.outputs);
      for (const Var& part : result.final) sum = sum + weighted_sum(part);
      total = total.exists() ? total + sum : sum;
    }
    return total;
  }
  ParameterSet parameters;
  std::unique_ptr<Cell> cell;
};

/// Two layers that read both ways, the second on the first's outputs and added to them.
std::string stack_agrees(const Component& component) {
  ParameterSet parameters(Precision::f64, 3);
  LayerOptions options;
  options.units = 2 * kUnits;
  options.layers = 2;
  options.reading = Reading::both;
  options.residual = true;
  const Layers layers(parameters, "stack", kInputs, options,
                      [&](const std::string& name, int inputs, int units) -> std::unique_ptr<Recurrence> {
                        CellContext context(parameters, name, inputs, units);
                        return component.make_cell({}, context);
                      });
  return gradient_agrees(
      [&](Tape& tape) {
        const Var inputs = tape.constant({kSteps, 3, kInputs}, numbers(kSteps * 3 * kInputs, "inputs"));
        const Layered read = layers(inputs, kLengths);
        return weighted_sum(mean_over_time(read.outputs, kLengths)) + weighted_sum(read.last);
      },
      parameters);
}

std::string shapes(const Component& component) {
  const Trial trial(component, Precision::f32);
  Tape tape(Precision::f32, false);
  const State state = trial.cell->initial(tape, 2);
  require(state.size() >= 1, "initial() gives no state");
  const State next = trial.cell->step(at(trial.cell->project(tape.zeros({1, 2, kInputs})), 0), state);
  require(next.size() == state.size(), fmt::format("initial() gives {} parts, step() {}", state.size(), next.size()));
  for (std::size_t i = 0; i < next.size(); ++i) {
    require(next[i].shape() == state[i].shape(), fmt::format("part {} has shape {} at first and {} after a step", i,
                                                             to_text(state[i].shape()), to_text(next[i].shape())));
  }
  require(next[0].shape() == Shape({2, kUnits}),
          fmt::format("the output is {}, not [2, {}]", to_text(next[0].shape()), kUnits));
  return fmt::format("{} state parts", state.size());
}

std::string row_alone(const Component& component) {
  double worst = 0;
  const Trial trial(component, Precision::f64);
  for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
    Tape tape(Precision::f64, false);
    const auto values = numbers(kSteps * 3 * kInputs, "inputs");
    const Unrolled batch = trial.run(tape, values, kLengths, kSteps, direction);
    for (int b = 0; b < 3; ++b) {
      const int length = kLengths[static_cast<std::size_t>(b)];
      std::vector<double> own;
      for (int t = 0; t < length; ++t) {
        for (int i = 0; i < kInputs; ++i) own.push_back(values[static_cast<std::size_t>((t * 3 + b) * kInputs + i)]);
      }
      const Unrolled alone = trial.run(tape, own, {length}, length, direction);
      for (int t = 0; t < length; ++t) {
        worst = std::max(worst, difference(at(at(batch.outputs, t), b).value(), at(at(alone.outputs, t), 0).value(), 1e-12,
                                           fmt::format("output of row {} at step {}", b, t)));
      }
      for (std::size_t part = 0; part < alone.final.size(); ++part) {
        worst = std::max(worst, difference(at(batch.final[part], b).value(), alone.final[part].value(), 1e-12,
                                           fmt::format("final state of row {}", b)));
      }
    }
  }
  return fmt::format("largest difference {:.1g}", worst);
}

std::string padding_ignored(const Component& component) {
  const Trial trial(component, Precision::f32);
  for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
    Tape tape(Precision::f32, false);
    auto values = numbers(kSteps * 3 * kInputs, "inputs");
    const Unrolled clean = trial.run(tape, values, kLengths, kSteps, direction);
    for (int t = 0; t < kSteps; ++t) {
      for (int b = 0; b < 3; ++b) {
        if (t < kLengths[static_cast<std::size_t>(b)]) continue;
        for (int i = 0; i < kInputs; ++i) values[static_cast<std::size_t>((t * 3 + b) * kInputs + i)] = 1e6 * (i + 1);
      }
    }
    const Unrolled dirty = trial.run(tape, values, kLengths, kSteps, direction);
    for (int b = 0; b < 3; ++b) {
      for (int t = 0; t < kLengths[static_cast<std::size_t>(b)]; ++t) {
        difference(at(at(clean.outputs, t), b).value(), at(at(dirty.outputs, t), b).value(), 0,
                   fmt::format("row {} at step {}", b, t));
      }
      for (std::size_t part = 0; part < clean.final.size(); ++part) {
        difference(at(clean.final[part], b).value(), at(dirty.final[part], b).value(), 0,
                   fmt::format("final state of row {}", b));
      }
    }
  }
  return "values of 1e6 behind the lengths change no bit";
}

std::string same_bits(const Component& component) {
  std::vector<std::vector<double>> all;
  for (int round = 0; round < 2; ++round) {
    const Trial trial(component, Precision::f32);
    Tape tape(Precision::f32, true);
    tape.set_randomness(5, 1);
    const Var loss = trial.loss(tape);
    tape.backward(loss);
    auto& bits = all.emplace_back(bits_of(loss.value()));
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

std::string stays_finite(const Component& component) {
  constexpr int kLong = 200;
  const Trial trial(component, Precision::f32);
  Tape tape(Precision::f32, false);
  auto values = numbers(kLong * 2 * kInputs, "long");
  for (double& value : values) value *= 3;
  const Unrolled result = trial.run(tape, values, {kLong, kLong}, kLong, TimeDirection::forward);
  for (const double value : bits_of(result.outputs.value())) require(std::isfinite(value), "an output is not finite");
  return fmt::format("{} steps", kLong);
}

/// A task that only a recurrent net can learn: the sign of the first input, asked for after four steps of noise.
std::string remembers(const Component& component) {
  Trial trial(component, Precision::f32);
  const Linear read(trial.parameters, "read", kUnits, 1, with_bias);
  Adam adam(trial.parameters, 0.02);
  Random random(11, "remember");
  constexpr int kBatch = 32;
  double recent = 0;
  for (int round = 0; round < 400; ++round) {
    Tape tape(Precision::f32, true);
    std::vector<double> values(static_cast<std::size_t>(kSteps * kBatch * kInputs));
    for (double& value : values) value = 0.3 * random.uniform(-1, 1);
    std::vector<double> signs;
    for (int b = 0; b < kBatch; ++b) {
      signs.push_back(random.below(2) == 0 ? -1 : 1);
      values[static_cast<std::size_t>(b * kInputs)] = signs.back();
    }
    const Unrolled result = trial.run(tape, values, std::vector<int>(kBatch, kSteps), kSteps, TimeDirection::forward);
    const Var wanted = tape.constant({kBatch, 1}, signs);
    const Var errors =
        pointwise([](auto y, auto s) { return (tanh(y) - s) * (tanh(y) - s); }, read(result.final[0]), wanted);
    const Var loss = reshape(pointwise_sum([](auto e) { return e * (1.0 / kBatch); }, reshape(errors, {1, kBatch})), {1, 1});
    recent = 0.9 * recent + 0.1 * loss.value().at(0, 0);
    tape.backward(loss);
    adam.step(1.0);
  }
  require(recent < 0.3, fmt::format("mean square error {:.2f} after 400 updates (guessing: 1)", recent));
  return fmt::format("mean square error {:.3f} after 400 updates (guessing: 1)", recent);
}

}  // namespace

std::vector<Check> cell_checks(const Component& component, Maker& make) {
  make = [&component](const OptionValues& options) { Trial(component, Precision::f32, options); };
  return {
      {"states keep their shapes", [&] { return shapes(component); }},
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
      {"a stack of two that reads both ways: gradient", [&] { return stack_agrees(component); }},
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
      {"finite after 200 steps", [&] { return stays_finite(component); }},
      {"learns to remember its first input", [&] { return remembers(component); }},
  };
}

}  // namespace seqlab::conformance
