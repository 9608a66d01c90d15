#include "autodiff/attend.h"

#include "autodiff/weight_gradient.h"
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
  const Var context = tape.result({m[0], weights.shape()[1], m[2]},
                                  tape.wants_gradient(scores) || tape.wants_gradient(memory), {"weighted sum of attend"});
  batched_product(weights.value(), false, tape.value(memory), false, context.value(), false);
  tape.note_use(scores);
  tape.note_use(memory);
  tape.record(AttendRecord{scores, memory, context, weights});
  return {context, weights};
}

}  // namespace seqlab
