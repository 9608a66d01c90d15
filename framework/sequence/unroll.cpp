#include "sequence/unroll.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "autodiff/state_trace.h"
#include "core/error.h"
#include "sequence/scan.h"

namespace seqlab {

namespace {

/// A plugin's mistake, told as one: deeper inside it would be called ours.
void check_shapes(const State& now, const State& before) {
  if (now.size() != before.size()) {
    throw UserError(
        fmt::format("the cell's step() returns a state of {} parts, its initial() gives {}", now.size(), before.size()));
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].shape() == before[i].shape()) continue;
    throw UserError(fmt::format("the cell's step() returns part {} of its state as {}, its initial() gives {}", i,
                                to_text(now[i].shape()), to_text(before[i].shape())));
  }
}

bool nobody_else_reads(Var projected, Var inputs) {
  Tape& tape = projected.tape();
  return projected.id() > inputs.id() && tape.place(projected).root.id() == projected.id() && tape.uses(projected) == 0;
}

Unrolled by_steps(const Recurrence& cell, Var projected, bool own, std::span<const int> lengths, const State& initial,
                  TimeDirection direction) {
  Tape& tape = projected.tape();
  const int steps = static_cast<int>(projected.shape()[0]);
  State state = initial;
  std::vector<Var> outputs(static_cast<std::size_t>(steps));
  for (int i = 0; i < steps; ++i) {
    const int t = direction == TimeDirection::forward ? i : steps - 1 - i;
    const Var x = at(projected, t);
    if (own) tape.mark_exclusive(x);
    state = choose(step_mask(tape, lengths, t), cell.step(x, state), state);
    outputs[static_cast<std::size_t>(t)] = state[0];
  }
  if (StateTrace* trace = tape.state_trace()) {
    trace->layers.push_back({direction == TimeDirection::forward, outputs, {lengths.begin(), lengths.end()}});
  }
  return {stack(outputs), state};
}

}  // namespace

Recurrence::~Recurrence() = default;

Var step_mask(Tape& tape, std::span<const int> lengths, int t) {
  if (std::ranges::all_of(lengths, [&](int length) { return t < length; })) return {};
  std::vector<double> mask;
  for (const int length : lengths) mask.push_back(t < length ? 1.0 : 0.0);
  return tape.constant({static_cast<std::int64_t>(lengths.size()), 1}, mask);
}

State choose(Var mask, const State& now, const State& before) {
  check_shapes(now, before);
  if (!mask.exists()) return now;
  std::vector<Var> parts;
  for (std::size_t i = 0; i < now.size(); ++i) {
    parts.push_back(pointwise([](auto n, auto b, auto m) { return where_less(m, 0.5, b, n); }, now[i], before[i], mask));
  }
  return State(std::move(parts));
}

Unrolled unroll(const Recurrence& cell, Var inputs, std::span<const int> lengths, const State& initial,
                TimeDirection direction) {
  const Shape shape = inputs.shape();
  expect(shape.size() == 3 && static_cast<std::int64_t>(lengths.size()) == shape[1], "inputs are [T, B, I] with B lengths");
  if (inputs.tape().state_trace() != nullptr) return unroll_steps(cell, inputs, lengths, initial, direction);
  return cell.unroll(inputs, lengths, initial, direction);
}

Unrolled Recurrence::unroll(Var inputs, std::span<const int> lengths, const State& initial, TimeDirection direction) const {
  const Var projected = project(inputs);
  const bool own = nobody_else_reads(projected, inputs);
  if (projected.shape()[0] > 1 && projected.shape()[1] > 0) {
    if (const auto program = step_program(*this, projected, initial)) {
      return scan(*program, projected, own && projected.tape().is_expendable(projected), lengths, initial, direction);
    }
  }
  return by_steps(*this, projected, own, lengths, initial, direction);
}

Unrolled unroll_steps(const Recurrence& cell, Var inputs, std::span<const int> lengths, const State& initial,
                      TimeDirection direction) {
  const Var projected = cell.project(inputs);
  return by_steps(cell, projected, nobody_else_reads(projected, inputs), lengths, initial, direction);
}

}  // namespace seqlab
