#include "autodiff/attend.h"

#include "core/error.h"
#include "kernels/product.h"
#include "kernels/profile.h"
#include "kernels/softmax.h"

namespace seqlab {
namespace {

struct AttendRecord {
  Var scores, memory, context, weights;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(context);
    Tensor from_weights = tape.incoming(weights);
    if (up.data == nullptr && from_weights.data == nullptr) return;
    const Tensor& w = tape.value(weights);
    Tensor d = from_weights;
    if (up.data != nullptr) {
      if (d.data == nullptr) d = tape.allocate(w.shape);
      batched_product(up, false, tape.value(memory), true, d, from_weights.data != nullptr);
      const auto to = tape.destination(memory);
      if (to.tensor.data != nullptr) batched_product(w, true, up, false, to.tensor, !to.fresh);
    }
    const auto to = tape.destination(scores);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::attention);
    softmax_backward(w, d, to.tensor, !to.fresh);
  }
};

struct CrossEntropyRecord {
  Var logits, loss;
  std::span<const int> targets;
  std::span<const Normaliser> normalisers;
  double scale;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(loss);
    if (up.data == nullptr) return;
    const double factor = scale * up.at(0, 0);
    const Tensor values = tape.value(logits);
    const bool in_place = tape.reuse_value_for_gradient(logits);
    const auto to = in_place ? Tape::Destination{values, true} : tape.destination(logits);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::loss);
    cross_entropy_backward(values, targets, normalisers, factor, to.tensor, !to.fresh);
  }
};

}  // namespace

Attended attend(Var scores, Var memory, std::span<const int> lengths) {
  Tape& tape = scores.tape();
  const Shape s = scores.shape();
  const Shape m = memory.shape();
  expect(s.size() == 3 && m.size() == 3 && s[0] == m[0] && s[2] == m[1] && static_cast<std::int64_t>(lengths.size()) == s[0],
         "attend takes scores [B, T, S], memory [B, S, M] and B lengths");
  const Var weights = tape.result(s, tape.wants_gradient(scores), {"softmax of attend"});
  {
    const Timed timed(Work::attention);
    masked_softmax(tape.value(scores), lengths, s[1], weights.value());
  }
  const Var context = tape.result({m[0], weights.shape()[1], m[2]}, tape.wants_gradient(scores) || tape.wants_gradient(memory),
                                  {"weighted sum of attend"});
  batched_product(weights.value(), false, tape.value(memory), false, context.value(), false);
  tape.note_use(scores);
  tape.note_use(memory);
  tape.record(AttendRecord{scores, memory, context, weights});
  return {context, weights};
}

CrossEntropy cross_entropy(Var logits, std::span<const int> targets, double scale) {
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
  result.loss.value().set(0, 0, result.nats * scale);
  if (tape.training()) tape.record(CrossEntropyRecord{logits, result.loss, tape.keep(targets), normalisers, scale});
  return result;
}

}  // namespace seqlab
