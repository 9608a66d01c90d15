#include "autodiff/batched_product.h"

#include "core/error.h"
#include "kernels/product.h"

namespace seqlab {
namespace {

struct BatchedRecord {
  Var a, b, y;
  bool transpose_a, transpose_b;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    if (const auto to = tape.destination(a); to.tensor.data != nullptr) {
      if (transpose_a) {
        batched_product(tape.value(b), transpose_b, up, true, to.tensor, !to.fresh);
      } else {
        batched_product(up, false, tape.value(b), !transpose_b, to.tensor, !to.fresh);
      }
    }
    if (const auto to = tape.destination(b); to.tensor.data != nullptr) {
      if (transpose_b) {
        batched_product(up, true, tape.value(a), transpose_a, to.tensor, !to.fresh);
      } else {
        batched_product(tape.value(a), !transpose_a, up, false, to.tensor, !to.fresh);
      }
    }
  }
};

}  // namespace

Var batched_product(Var a, bool transpose_a, Var b, bool transpose_b) {
  Tape& tape = a.tape();
  const Shape sa = a.shape();
  const Shape sb = b.shape();
  expect(sa.size() == 3 && sb.size() == 3 && sa[0] == sb[0], "batched products have shape [batch, rows, columns]");
  const Var y = tape.result({sa[0], sa[transpose_a ? 2 : 1], sb[transpose_b ? 1 : 2]},
                            tape.wants_gradient(a) || tape.wants_gradient(b), {"batched product"});
  batched_product(tape.value(a), transpose_a, tape.value(b), transpose_b, y.value(), false);
  tape.note_use(a);
  tape.note_use(b);
  tape.record(BatchedRecord{a, b, y, transpose_a, transpose_b});
  return y;
}

}  // namespace seqlab
