#include "autodiff/affine.h"

#include <fmt/format.h>

#include "autodiff/step_trace.h"
#include "autodiff/weight_gradient.h"
#include "core/error.h"
#include "kernels/product.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

Tensor weight_rows(const Tensor& weight, std::int64_t first, std::int64_t count) {
  return weight.slice_rows(first, {count, weight.columns()});
}

/// One part of x and the rows of the weight, from `first` on, that it meets.
template <class Visit>
void each_part(Tape& tape, const Var& x, std::int64_t first, Visit&& visit) {
  const auto parts = tape.parts_of(x);
  if (parts.empty()) {
    visit(x, first);
    return;
  }
  for (const Var& part : parts) {
    visit(part, first);
    first += part.shape().columns();
  }
}

/// to (+)= a op(rows of the weight), packed where they serve several times; or, with a bias, to = a op(rows) + bias.
void few_rows_product(Tape& tape, const Leaf& weight, std::int64_t first, std::int64_t count, bool transpose,
                      const Tensor& a, const Tensor& to, bool accumulate, const Leaf* bias = nullptr) {
  const PackedMatrix* packed = tape.packed().find(weight, first, count, transpose, a.rows());
  if (packed == nullptr && bias != nullptr) {
    product_plus(a, weight_rows(weight.value, first, count), transpose, bias->value, to, weight.rounding);
    return;
  }
  if (bias != nullptr) {
    const Timed timed(Work::layout);
    set_each_row(bias->value, to);
    accumulate = true;
  }
  if (packed == nullptr) {
    product(a, false, weight_rows(weight.value, first, count), transpose, to, accumulate, weight.rounding);
    return;
  }
  const Timed timed(Work::product);
  Profile::operations += 2.0 * static_cast<double>(a.rows() * count * weight.value.columns());
  packed->multiply(a, to, accumulate);
}

/// to = x W + b
void multiply(Tape& tape, const Var& x, const Leaf& weight, std::int64_t first, const Leaf* bias, const Tensor& to) {
  bool accumulate = false;
  each_part(tape, x, first, [&](const Var& part, std::int64_t first_row) {
    const std::int64_t columns = part.shape().columns();
    const Leaf* added = accumulate ? nullptr : bias;  // with the first part
    if (const auto ids = tape.ids_of(part); !ids.empty()) {
      const Timed timed(Work::lookup);
      if (added != nullptr) set_each_row(added->value, to);
      gather_rows(weight_rows(weight.value, first_row, columns), ids, to, accumulate || added != nullptr);
    } else {
      few_rows_product(tape, weight, first_row, columns, false, tape.value(part), to, accumulate, added);
    }
    accumulate = true;
  });
}

void add_bias_gradient(const Tensor& up, Leaf* bias) {
  if (bias == nullptr) return;
  const Timed timed(Work::layout);
  const bool fresh = bias->touched == Touched::nothing;
  if (!fresh) bias->add_to_all();
  bias->touched = Touched::all;
  sum_rows(up, bias->gradient, !fresh);
}

struct AffineRecord {
  Var x;
  Var y;
  Leaf* weight;
  std::int64_t first;  // row of the weight
  Leaf* bias;
  Tape::Foldable folded;

  /// What comes in for x W + b, alone and in the sum that it was folded into.
  Tensor upstream(Tape& tape) const {
    const Tensor alone = tape.incoming(y);
    if (!folded.sum.exists()) return alone;
    const Tensor in_sum = tape.incoming(folded.sum);
    if (alone.data == nullptr || in_sum.data == nullptr) return alone.data == nullptr ? in_sum : alone;
    const Tensor both = tape.allocate(y.shape());
    add_or_copy(alone, both, true);
    add_or_copy(in_sum, both, false);
    return both;
  }

  void operator()(Tape& tape) const {
    const Tensor up = upstream(tape);
    if (up.data == nullptr) return;
    each_part(tape, x, first, [&](const Var& part, std::int64_t first_row) {
      if (const auto ids = tape.ids_of(part); !ids.empty()) {
        const Timed timed(Work::lookup);
        for (std::size_t r = 0; r < ids.size(); ++r) {
          const int row = static_cast<int>(first_row) + ids[r];
          Tensor& gradient = weight->add_to_row(row);
          add_rows(up.slice_rows(static_cast<std::int64_t>(r), {up.columns()}), gradient.slice_rows(row, {up.columns()}));
        }
        return;
      }
      const Tensor& input = tape.value(part);
      const auto to = tape.destination(part);
      if (to.tensor.data != nullptr) {
        few_rows_product(tape, *weight, first_row, input.columns(), true, up, to.tensor, !to.fresh);
      }
      weight->pending.push_back({input, up, first_row});
    });
    add_bias_gradient(up, bias);
    if (folded.sum.exists() && !tape.shares_gradient(folded.sum)) {
      const Tensor in_sum = tape.incoming(folded.sum);
      if (in_sum.data == nullptr) return;
      const auto to = tape.destination(folded.addend);
      if (to.tensor.data != nullptr) add_or_copy(in_sum, to.tensor, to.fresh);
    }
  }
};

struct AffineTransposedRecord {
  Var x;
  Var y;
  Leaf* weight;
  Leaf* bias;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    if (const auto to = tape.destination(x); to.tensor.data != nullptr)
      few_rows_product(tape, *weight, 0, weight->value.rows(), false, up, to.tensor, !to.fresh);
    if (!weight->frozen) {
      const bool fresh = weight->touched == Touched::nothing;  // as a rule: lookups of the same table come later
      if (!fresh) weight->add_to_all();
      weight->touched = Touched::all;
      product(up, true, tape.value(x), false, weight->gradient, !fresh, weight->rounding);
    }
    add_bias_gradient(up, bias);
  }
};

}  // namespace

Var affine(Var x, Leaf& weight, Leaf* bias) {
  if (x.shape().columns() != weight.value.rows()) {
    throw InternalError(fmt::format("{} takes {} columns, got {}", weight.name, weight.value.rows(), to_text(x.shape())));
  }
  return affine_part(x, weight, 0, bias);
}

Var affine_part(Var x, Leaf& weight, std::int64_t first, Leaf* bias) {
  Tape& tape = x.tape();
  const std::int64_t taken = x.shape().columns();
  expect(first >= 0 && first + taken <= weight.value.rows(), "a part of a weight's rows");
  expect(bias == nullptr || bias->value.elements() == weight.value.columns(), "a bias has a number for each output");
  tape.leaf(weight);
  if (bias != nullptr) tape.leaf(*bias);
  const Var y = tape.result(x.shape().with_columns(weight.value.columns()), true, {"linear map", &weight});
  multiply(tape, x, weight, first, bias, y.value());
  each_part(tape, x, first, [&](const Var& part, std::int64_t) { tape.note_use(part); });
  tape.mark_expendable(y);
  StepTrace* trace = tape.watcher();
  expect(trace == nullptr || taken == weight.value.rows(), "a step that is watched uses whole weights");
  if (trace != nullptr) trace->operations.emplace_back(StepTrace::Map{x, y, &weight, bias, {}, {}});
  if (tape.training()) {
    auto* kept = tape.arena().keep(AffineRecord{x, y, &weight, first, bias, {}});
    kept->folded.record = kept;
    kept->folded.recompute = [](const void* record, Tape& own, const Tensor& to) {
      const auto& map = *static_cast<const AffineRecord*>(record);
      multiply(own, map.x, *map.weight, map.first, map.bias, to);
    };
    tape.record_kept(kept);
    tape.mark_foldable(y, &kept->folded);
  }
  return y;
}

Var affine_transposed(Var x, Leaf& weight, Leaf* bias) {
  const Tensor& w = weight.value;
  if (x.shape().columns() != w.columns()) {
    throw InternalError(fmt::format("the rows of {} have {} columns, got {}", weight.name, w.columns(), to_text(x.shape())));
  }
  expect(bias == nullptr || bias->value.elements() == w.rows(), "a bias has a number for each output");
  Tape& tape = x.tape();
  expect(tape.watcher() == nullptr, "a step that is watched uses whole weights as they stand");
  tape.leaf(weight);
  if (bias != nullptr) tape.leaf(*bias);
  const Var y = tape.result(x.shape().with_columns(w.rows()), true, {"linear map", &weight});
  few_rows_product(tape, weight, 0, w.rows(), true, tape.value(x), y.value(), false, bias);
  tape.note_use(x);
  tape.mark_expendable(y);
  tape.record(AffineTransposedRecord{x, y, &weight, bias});
  return y;
}

}  // namespace seqlab
