#include "autodiff/pool.h"

#include <vector>

#include "core/error.h"
#include "kernels/pool.h"
#include "kernels/profile.h"

namespace seqlab {
namespace {

struct MeanRecord {
  Var x, y;
  std::span<const int> lengths;
  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const auto to = tape.destination(x);
    if (to.tensor.data == nullptr) return;
    const Timed timed(Work::layout);
    mean_over_time_backward(lengths, up, to.tensor, !to.fresh);
  }
};

struct MaxRecord {
  Var x, y;
  std::span<const int> steps;
  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const Tensor to = tape.accumulator(x);
    if (to.data == nullptr) return;
    const Timed timed(Work::layout);
    max_over_time_backward(steps, up, to);
  }
};

struct StepsRecord {
  Var x, y;
  std::span<const int> steps;
  void operator()(Tape& tape) const {
    const Tensor up = tape.incoming(y);
    if (up.data == nullptr) return;
    const Tensor to = tape.accumulator(x);
    if (to.data == nullptr) return;
    const Timed timed(Work::layout);
    at_steps_backward(steps, up, to);
  }
};

/// The result of pooling x.
Var pooled(Var x, std::span<const int> lengths, const char* operation) {
  const Shape shape = x.shape();
  expect(shape.size() == 3 && static_cast<std::int64_t>(lengths.size()) == shape[1],
         "pooling takes [T, B, C] and B lengths");
  x.tape().note_use(x);
  return x.tape().result({shape[1], shape[2]}, x.tape().wants_gradient(x), {operation});
}

/// Joined columns are pooled part by part: nobody writes them side by side.
template <class Pool>
Var part_by_part(Var x, Pool&& pool) {
  std::vector<Var> pooled_parts;
  for (const Var& part : x.tape().parts_of(x)) pooled_parts.push_back(pool(part));
  return x.tape().joined(pooled_parts);
}

}  // namespace

Var mean_over_time(Var x, std::span<const int> lengths) {
  Tape& tape = x.tape();
  if (!tape.parts_of(x).empty()) return part_by_part(x, [&](Var part) { return mean_over_time(part, lengths); });
  const Tensor values = tape.value(x);
  const Var y = pooled(x, lengths, "mean over time");
  const Timed timed(Work::layout);
  mean_over_time(values, lengths, y.value());
  if (tape.wants_gradient(x)) tape.record(MeanRecord{x, y, tape.keep(lengths)});
  return y;
}

Var max_over_time(Var x, std::span<const int> lengths) {
  Tape& tape = x.tape();
  if (!tape.parts_of(x).empty()) return part_by_part(x, [&](Var part) { return max_over_time(part, lengths); });
  const Tensor values = tape.value(x);
  const Var y = pooled(x, lengths, "max over time");
  const auto size = static_cast<std::size_t>(y.shape().elements());
  const std::span<int> steps(tape.arena().array<int>(size), size);
  const Timed timed(Work::layout);
  max_over_time(values, lengths, y.value(), steps);
  if (tape.wants_gradient(x)) tape.record(MaxRecord{x, y, steps});
  return y;
}

Var at_steps(Var x, std::span<const int> steps) {
  Tape& tape = x.tape();
  const Tensor values = tape.value(x);
  const Var y = pooled(x, steps, "one step of each row");
  for (const int step : steps) expect(step >= -1 && step < values.shape[0], "a step is inside the sequence, or -1");
  const Timed timed(Work::layout);
  at_steps(values, steps, y.value());
  if (tape.wants_gradient(x)) tape.record(StepsRecord{x, y, tape.keep(steps)});
  return y;
}

}  // namespace seqlab
