#include "autodiff/layer_norm.h"

#include "kernels/layer_norm.h"
#include "kernels/profile.h"

namespace seqlab {
namespace {

struct LayerNormRecord {
  Var x, gain, bias, y;
  std::span<const Moments> moments;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const Tensor values = tape.value(x);
    const Tensor gain_to = tape.accumulator(gain);
    const Tensor bias_to = tape.accumulator(bias);
    const Timed timed(Work::pointwise);
    layer_norm_parameters(values, moments, up, gain_to, bias_to);
    const auto to = tape.destination(x);
    if (to.tensor.data != nullptr) layer_norm_backward(values, tape.value(gain), moments, up, to.tensor, !to.fresh);
  }
};

}  // namespace

Var layer_norm(Var x, Var gain, Var bias, double epsilon) {
  Tape& tape = x.tape();
  const Tensor values = tape.value(x);
  const bool wants_gradient = tape.wants_gradient(x) || tape.wants_gradient(gain) || tape.wants_gradient(bias);
  const Var y = tape.result(x.shape(), wants_gradient, {"layer norm"});
  const auto rows = static_cast<std::size_t>(values.rows());
  const std::span<Moments> moments(tape.arena().array<Moments>(rows), rows);
  {
    const Timed timed(Work::pointwise);
    layer_norm(values, tape.value(gain), tape.value(bias), epsilon, y.value(), moments);
  }
  for (const Var& used : {x, gain, bias}) tape.note_use(used);
  if (wants_gradient) tape.record(LayerNormRecord{x, gain, bias, y, moments});
  return y;
}

}  // namespace seqlab
