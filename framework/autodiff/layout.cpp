#include "autodiff/layout.h"

#include "autodiff/weight_gradient.h"
#include "core/error.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

struct StackRecord {
  std::span<const Var> steps;
  Var whole;

  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(whole);
    if (up.data == nullptr) return;
    std::int64_t first = 0;
    for (const Var& step : steps) {
      const Shape shape = step.shape();
      const auto to = tape.destination(step);
      const std::int64_t rows = shape.rows();
      if (to.tensor.data != nullptr) add_or_copy(up.slice_rows(first, {rows, shape.columns()}), to.tensor, to.fresh);
      first += rows;
    }
  }
};

struct SwapRecord {
  Var x, y;
  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const auto to = tape.destination(x);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::layout);
    swap_outer(up, up.shape[0], up.shape[1], to.tensor, !to.fresh);
  }
};

}  // namespace

Var columns(Var x, std::int64_t first, std::int64_t count) {
  const Tensor& tensor = x.tape().value(x);
  expect(first >= 0 && count >= 0 && first + count <= tensor.columns(), "columns inside the value");
  if (first == 0 && count == tensor.columns()) return x;
  return x.tape().view(x, first, tensor.shape.with_columns(count), tensor.stride);
}

Var at(Var x, std::int64_t index) {
  if (const auto ids = x.tape().ids_of(x); !ids.empty() && x.shape().size() == 3) {  // unit vectors stay unwritten
    const Shape whole = x.shape();
    const auto rows = static_cast<std::size_t>(whole[1]);
    return x.tape().one_hot(ids.subspan(static_cast<std::size_t>(index) * rows, rows), {whole[1], whole[2]});
  }
  const Tensor& tensor = x.tape().value(x);
  const Shape& shape = tensor.shape;
  expect(shape.size() >= 2 && index >= 0 && index < shape[0], "index inside the outermost dimension");
  const std::int64_t rows = shape.rows() / shape[0];
  const Shape inner = shape.size() == 4   ? Shape{shape[1], shape[2], shape[3]}
                      : shape.size() == 3 ? Shape{shape[1], shape[2]}
                                          : Shape{1, shape[1]};
  return x.tape().view(x, index * rows * tensor.stride, inner, tensor.stride);
}

Var reshape(Var x, Shape shape) {
  if (x.shape() == shape) return x;
  const Tensor tensor = x.tape().value(x).reshaped(shape);
  return x.tape().view(x, 0, shape, tensor.stride);
}

Var concat(std::initializer_list<Var> parts) {
  expect(parts.size() > 0, "something to join");
  return parts.begin()->tape().joined({parts.begin(), parts.size()});
}

Var stack(std::span<const Var> steps) {
  expect(!steps.empty(), "something to stack");
  Tape& tape = steps[0].tape();
  const Shape inner = steps[0].shape();
  const auto count = static_cast<std::int64_t>(steps.size());
  const Shape shape = inner.size() == 3   ? Shape{count, inner[0], inner[1], inner[2]}
                      : inner.size() == 2 ? Shape{count, inner[0], inner[1]}
                                          : Shape{count, inner[0]};
  bool wants_gradient = false;
  for (const Var& step : steps) {
    expect(step.shape() == inner, "stacked steps have one shape");
    wants_gradient = wants_gradient || tape.wants_gradient(step);
  }
  const Var whole = tape.result(shape, wants_gradient, {"stack"});
  const Tensor out = whole.value();
  std::int64_t first = 0;
  for (const Var& step : steps) {
    const Tensor& value = tape.value(step);
    const Timed timed(Work::layout);
    copy_rows(value, out.slice_rows(first, {value.rows(), value.columns()}));
    first += value.rows();
    tape.note_use(step);
  }
  if (wants_gradient && tape.training()) {
    Var* kept = tape.arena().array<Var>(steps.size());
    std::copy(steps.begin(), steps.end(), kept);
    tape.record(StackRecord{{kept, steps.size()}, whole});
  }
  return whole;
}

Var swap_outer(Var x) {
  Tape& tape = x.tape();
  const Tensor tensor = tape.value(x);
  expect(tensor.shape.size() == 3, "swap_outer takes three dimensions");
  const Shape& s = tensor.shape;
  const Var y = tape.result({s[1], s[0], s[2]}, tape.wants_gradient(x), {"swap_outer"});
  const Timed timed(Work::layout);
  swap_outer(tensor, s[0], s[1], y.value(), false);
  tape.note_use(x);
  if (tape.wants_gradient(x)) tape.record(SwapRecord{x, y});
  return y;
}

}  // namespace seqlab
