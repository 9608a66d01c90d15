#include "sequence/layers.h"

#include <fmt/format.h>

#include "autodiff/dropout.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "autodiff/pool.h"
#include "core/error.h"
#include "sequence/unroll.h"

namespace seqlab {
namespace {

/// Parameters for the state of `cell` before the first step, one for each of its parts.
std::vector<Parameter> learned_start(ParameterSet& parameters, const std::string& name, const Recurrence& cell) {
  Tape probe(parameters.precision(), false);
  std::vector<Parameter> start;
  for (const Var& part : cell.initial(probe, 1)) {
    start.push_back(parameters.add(fmt::format("{}.start{}", name, start.size()), {part.shape().columns()}, init::zeros()));
  }
  return start;
}

/// Side by side; a single one stays as it is.
Var joined(const std::vector<Var>& parts) { return parts.size() == 1 ? parts[0] : concat({parts[0], parts[1]}); }

/// x [T, B, C] where a cell of this direction has read a row last, [B, C]; 0 for an empty row.
Var where_it_stops(Var x, std::span<const int> lengths, TimeDirection direction) {
  std::vector<int> steps;
  for (const int length : lengths) {
    const int final_step = direction == TimeDirection::forward ? length - 1 : 0;
    steps.push_back(length == 0 ? -1 : final_step);
  }
  return at_steps(x, steps);
}

}  // namespace

Layers::Layers(ParameterSet& parameters, const std::string& name, int inputs, const LayerOptions& options,
               const MakeCell& make)
    : options_(options) {
  expect(options.units >= 1 && options.layers >= 1 && inputs >= 1, "layers have inputs, units and at least one layer");
  std::vector<TimeDirection> directions;
  if (options.reading != Reading::backward) directions.push_back(TimeDirection::forward);
  if (options.reading != Reading::forward) directions.push_back(TimeDirection::backward);
  const int cells = static_cast<int>(directions.size());
  if (options.units % cells != 0) {
    throw UserError(
        fmt::format("'{}' reads in both directions and shares its units between them: give it an even number "
                    "of units, not {}",
                    name, options.units));
  }
  for (int layer = 0; layer < options.layers; ++layer) {
    auto& parts = layers_.emplace_back();
    for (const TimeDirection direction : directions) {
      const std::string own =
          fmt::format("{}.layer{}.{}", name, layer + 1, direction == TimeDirection::forward ? "forward" : "backward");
      Part part{make(own, layer == 0 ? inputs : options.units, options.units / cells), direction, {}};
      if (options.learned_start) part.start = learned_start(parameters, own, *part.cell);
      parts.push_back(std::move(part));
    }
  }
}

Layered Layers::operator()(Var inputs, std::span<const int> lengths) const {
  return (*this)(inputs, lengths, initial(inputs.tape(), static_cast<int>(inputs.shape()[1])));
}

Layered Layers::operator()(Var inputs, std::span<const int> lengths, const LayerStates& start) const {
  expect(start.size() == layers_.size() * layers_[0].size(), "a state for each cell of the layers");
  Layered result;
  Var x = inputs;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (layer > 0) x = drop(x);
    const bool adds = options_.residual && layer > 0;
    std::vector<Var> outputs, last;
    for (const Part& part : layers_[layer]) {
      Unrolled run = unroll(*part.cell, x, lengths, start[result.final.size()], part.direction);
      Var stopped = run.final[0];
      if (adds) {
        const std::int64_t width = stopped.shape().columns();
        const auto first = static_cast<std::int64_t>(outputs.size()) * width;
        stopped = stopped + columns(where_it_stops(x, lengths, part.direction), first, width);
      }
      outputs.push_back(run.outputs);
      last.push_back(stopped);
      result.final.push_back(std::move(run.final));
    }
    x = adds ? x + joined(outputs) : joined(outputs);
    result.last = joined(last);
  }
  result.outputs = x;
  return result;
}

Var Layers::drop(Var x) const {
  return options_.variational ? variational_dropout(x, options_.dropout) : dropout(x, options_.dropout);
}

Var Layers::step(Var projected, LayerStates& states) const {
  expect(options_.reading == Reading::forward && states.size() == layers_.size(), "a state for each layer, read forward");
  expect(!options_.variational, "a step by itself knows no mask of the steps before it");
  Var output;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const Recurrence& cell = *layers_[layer][0].cell;
    const Var x = layer == 0 ? projected : dropout(output, options_.dropout);
    states[layer] = cell.step(layer == 0 ? x : cell.project(x), states[layer]);
    output = layer > 0 && options_.residual ? x + states[layer][0] : states[layer][0];
  }
  return output;
}

LayerStates Layers::initial(Tape& tape, int batch) const {
  LayerStates states;
  for (const auto& layer : layers_) {
    for (const Part& part : layer) {
      State state = part.cell->initial(tape, batch);
      if (!part.start.empty()) {
        std::vector<Var> parts;
        for (std::size_t i = 0; i < state.size(); ++i) {
          parts.push_back(pointwise([](auto first, auto learned) { return first + learned; }, state[i], part.start[i]));
        }
        state = State(std::move(parts));
      }
      states.push_back(std::move(state));
    }
  }
  return states;
}

void CarriedState::take(const LayerStates& final) {
  parts_.clear();
  for (const State& state : final) {
    auto& kept = parts_.emplace_back();
    for (const Var& part : state) {
      const Tensor& value = part.value();
      Values& values = kept.emplace_back(Values{value.shape, {}});
      for (std::int64_t r = 0; r < value.rows(); ++r) {
        for (std::int64_t c = 0; c < value.columns(); ++c) values.numbers.push_back(value.at(r, c));
      }
    }
  }
}

LayerStates CarriedState::on(Tape& tape) const {
  expect(!empty(), "a state was taken before it is given");
  LayerStates states;
  for (const auto& kept : parts_) {
    std::vector<Var> parts;
    for (const Values& values : kept) parts.push_back(tape.constant(values.shape, values.numbers));
    states.emplace_back(std::move(parts));
  }
  return states;
}

}  // namespace seqlab
