#include "plugin/recurrent_stack.h"

#include "autodiff/dropout.h"
#include "core/error.h"

namespace seqlab {

RecurrentStack::Result RecurrentStack::operator()(Var inputs, std::span<const int> lengths,
                                                  std::span<const State> initial) const {
  expect(initial.empty() || initial.size() == layers_.size(), "a state for every layer");
  Tape& tape = inputs.tape();
  const auto batch = static_cast<int>(inputs.shape()[1]);
  Result result;
  result.outputs = inputs;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto& [forward, backward] = layers_[i];
    const Var below = i == 0 ? inputs : dropout(result.outputs, dropout_);
    const State start = initial.empty() ? forward->initial(tape, batch) : initial[i];
    const Unrolled ahead = unroll(*forward, below, lengths, start, TimeDirection::forward);
    result.outputs = ahead.outputs;
    result.last = ahead.final[0];
    result.final.push_back(ahead.final);
    if (backward == nullptr) continue;
    expect(initial.empty(), "a state is carried forward alone");
    const Unrolled back = unroll(*backward, below, lengths, backward->initial(tape, batch), TimeDirection::backward);
    result.outputs = concat({ahead.outputs, back.outputs});
    result.last = concat({ahead.final[0], back.final[0]});
  }
  return result;
}

State RecurrentStack::initial(Tape& tape, int batch, std::size_t layer) const {
  return layers_.at(layer).forward->initial(tape, batch);
}

}  // namespace seqlab
