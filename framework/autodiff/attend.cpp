#include "autodiff/attend.h"

#include "autodiff/weight_gradient.h"
#include "core/error.h"
#include "kernels/product.h"
#include "kernels/profile.h"

namespace seqlab {
namespace {

struct SoftmaxRecord {
  Var scores, weights;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(weights);
    if (up.data == nullptr) return;
    const auto to = tape.destination(scores);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::attention);
    softmax_backward(tape.value(weights), up, to.tensor, !to.fresh);
  }
};

struct AttendRecord {
  Var scores, memory, context, weights;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(context);
    const Tensor from_weights = tape.incoming(weights);
    if (up.data == nullptr && from_weights.data == nullptr) return;
    const Tensor w = tape.value(weights);
    Tensor d = from_weights;
    if (up.data != nullptr) {
      d = tape.allocate(w.shape);
      if (from_weights.data != nullptr) add_or_copy(from_weights, d, true);
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

Var weights_of(Var scores, std::span<const Reach> reaches) {
  Tape& tape = scores.tape();
  const Shape s = scores.shape();
  const auto count = static_cast<std::int64_t>(reaches.size());
  expect(s.size() == 3 && (count == s[0] || count == s[0] * s[1]),
         "scores are [B, T, S], with a reach for each row of the batch or for each query");
  const Var weights = tape.result(s, tape.wants_gradient(scores), {"softmax of attend"});
  const Timed timed(Work::attention);
  masked_softmax(tape.value(scores), reaches, weights.value());
  tape.note_use(scores);
  return weights;
}

}  // namespace

Var masked_softmax(Var scores, std::span<const Reach> reaches) {
  const Var weights = weights_of(scores, reaches);
  scores.tape().record(SoftmaxRecord{scores, weights});
  return weights;
}

Attended attend(Var scores, Var memory, std::span<const Reach> reaches) {
  Tape& tape = scores.tape();
  const Shape s = scores.shape();
  const Shape m = memory.shape();
  expect(s.size() == 3 && m.size() == 3 && s[0] == m[0] && s[2] == m[1],
         "attend takes scores [B, T, S] and a memory [B, S, M]");
  const Var weights = weights_of(scores, reaches);
  const Var context = tape.result({m[0], s[1], m[2]}, tape.wants_gradient(scores) || tape.wants_gradient(memory),
                                  {"weighted sum of attend"});
  batched_product(weights.value(), false, tape.value(memory), false, context.value(), false);
  tape.note_use(memory);
  tape.record(AttendRecord{scores, memory, context, weights});
  return {context, weights};
}

Attended attend(Var scores, Var memory, std::span<const int> lengths) {
  return attend(scores, memory, reaches_of(scores.tape(), lengths));
}

std::span<const Reach> reaches_of(Tape& tape, std::span<const int> lengths) {
  Reach* reaches = tape.arena().array<Reach>(lengths.size());
  for (std::size_t b = 0; b < lengths.size(); ++b) reaches[b] = {0, lengths[b]};
  return {reaches, lengths.size()};
}

}  // namespace seqlab
