#include "autodiff/cross_entropy.h"

#include "core/error.h"
#include "kernels/profile.h"
#include "kernels/softmax.h"

namespace seqlab {
namespace {

struct CrossEntropyRecord {
  Var logits, loss;
  std::span<const int> targets;
  std::span<const Normaliser> normalisers;
  double scale;
  double smoothing;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(loss);
    if (up.data == nullptr) return;
    const double factor = scale * up.at(0, 0);
    const Tensor values = tape.value(logits);
    const bool in_place = tape.reuse_value_for_gradient(logits);
    const auto to = in_place ? Tape::Destination{values, true} : tape.destination(logits);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::loss);
    cross_entropy_backward(values, targets, normalisers, factor, to.tensor, !to.fresh, smoothing);
  }
};

}  // namespace

CrossEntropy cross_entropy(Var logits, std::span<const int> targets, double scale, double smoothing) {
  Tape& tape = logits.tape();
  expect(static_cast<std::int64_t>(targets.size()) == logits.shape().rows(), "one target per row");
  const Tensor& values = tape.value(logits);
  CrossEntropy result;
  for (const int target : targets) {
    expect(target < values.columns(), "a target is inside the vocabulary");
    result.tokens += target >= 0 ? 1 : 0;
  }
  const std::span<Normaliser> normalisers(tape.arena().array<Normaliser>(targets.size()), targets.size());
  {
    const Timed timed(Work::loss);
    result.nats = cross_entropy(values, targets, normalisers, result.correct);
  }
  tape.note_use(logits);
  result.loss = tape.result({1, 1}, tape.wants_gradient(logits), {"cross entropy"});
  const double even = smoothing > 0 ? mean_cross_entropy(values, targets, normalisers) : 0.0;
  result.loss.value().set(0, 0, ((1.0 - smoothing) * result.nats + smoothing * even) * scale);
  if (tape.training()) {
    tape.record(CrossEntropyRecord{logits, result.loss, tape.keep(targets), normalisers, scale, smoothing});
  }
  return result;
}

}  // namespace seqlab
