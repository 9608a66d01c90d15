#include "sequence/scan.h"

#include <algorithm>
#include <array>

#include "autodiff/layout.h"
#include "autodiff/weight_gradient.h"
#include "core/error.h"
#include "kernels/packed_matrix.h"
#include "kernels/parallel.h"
#include "kernels/profile.h"
#include "kernels/rows.h"
#include "sequence/gradient_places.h"

namespace seqlab {
namespace {

using Place = StepProgram::Place;
using Operand = StepProgram::Operand;
using Result = StepProgram::Result;

/// Rows first .. first + count of the batch, which one thread takes through all steps.
struct Rows {
  int thread;
  std::int64_t first, count;
};

struct Scan {
  StepProgram program;
  int steps;
  std::int64_t batch;
  bool forward;
  bool padded;                      // some row is shorter than `steps`
  int parts;                        // threads that share the batch; 1: each operation is shared instead
  std::span<const int> lengths;     // [B]
  Var projected;                    // [T, B, X]
  bool own;                         // its memory is `input`
  Tensor input;                     // [T * B, X]
  std::span<const Tensor> states;   // [(T + 1) * B, width] of each part, with the state before the first step
  std::span<const Tensor> results;  // [T * B, width] of each result with a place of its own
  std::span<const Var> initial;     // of each part, [B, width]
  std::span<const Var> histories;   // of each part, [T, B, width]

  [[nodiscard]] int time(int i) const { return forward ? i : steps - 1 - i; }
  [[nodiscard]] Rows rows_of(int part) const {
    const std::int64_t first = batch * part / parts;
    return {part, first, batch * (part + 1) / parts - first};
  }
  static Tensor cut(const Tensor& all, std::int64_t first, std::int64_t count) {
    return all.slice_rows(first, {count, all.columns()});
  }
  [[nodiscard]] Tensor before(std::size_t part, int t, const Rows& r) const {
    return cut(states[part], (forward ? t : t + 1) * batch + r.first, r.count);
  }
  [[nodiscard]] Tensor after(std::size_t part, int t, const Rows& r) const {
    return cut(states[part], (forward ? t + 1 : t) * batch + r.first, r.count);
  }
  [[nodiscard]] Tensor result(int index, int t, const Rows& r) const {
    const Result& of = program.results[static_cast<std::size_t>(index)];
    if (of.state >= 0) return after(static_cast<std::size_t>(of.state), t, r);
    if (of.in_place) return cut(input, t * batch + r.first, r.count).slice_columns(of.first, of.width);
    return cut(results[static_cast<std::size_t>(index)], t * batch + r.first, r.count);
  }
  [[nodiscard]] Tensor value(const Operand& o, int t, const Rows& r) const {
    switch (o.place) {
      case Place::input: return cut(input, t * batch + r.first, r.count).slice_columns(o.first, o.width);
      case Place::state: return before(static_cast<std::size_t>(o.index), t, r).slice_columns(o.first, o.width);
      case Place::result: return result(o.index, t, r).slice_columns(o.first, o.width);
      case Place::fixed: break;
    }
    return o.fixed.value();
  }
  [[nodiscard]] bool over(std::int64_t row, int t) const { return t >= lengths[static_cast<std::size_t>(row)]; }

  /// The values of an operand at all steps, [T * B, width].
  [[nodiscard]] Tensor history(const Operand& o) const {
    const std::int64_t rows = steps * batch;
    if (o.place == Place::state) {
      return cut(states[static_cast<std::size_t>(o.index)], forward ? 0 : batch, rows).slice_columns(o.first, o.width);
    }
    if (o.place == Place::input) return input.slice_columns(o.first, o.width);
    const Result& of = program.results[static_cast<std::size_t>(o.index)];
    if (of.state >= 0)
      return cut(states[static_cast<std::size_t>(of.state)], forward ? batch : 0, rows).slice_columns(o.first, o.width);
    if (of.in_place) return input.slice_columns(of.first + o.first, o.width);
    return results[static_cast<std::size_t>(o.index)].slice_columns(o.first, o.width);
  }

  [[nodiscard]] double operations() const {
    double all = 0;
    for (const auto& operation : program.operations) {
      if (operation.is_map) all += 2.0 * static_cast<double>(steps * batch * operation.map.weight->value.elements());
    }
    return all;
  }

  /// work(rows) for each part of the batch, on threads of their own.
  template <class Work>
  void each_part(Work&& work) const {
    if (parts == 1) {
      work(rows_of(0));
      return;
    }
    parallel(parts, parts, [&](int, std::int64_t first, std::int64_t last) {
      for (std::int64_t part = first; part < last; ++part) work(rows_of(static_cast<int>(part)));
    });
  }

  /// The weights of the program's maps, for one part of the batch.
  [[nodiscard]] std::vector<PackedMatrix> packed(bool transpose, std::int64_t rows) const {
    std::vector<PackedMatrix> weights;
    for (const auto& operation : program.operations) {
      const Leaf* weight = operation.map.weight;
      if (operation.is_map) weights.emplace_back(weight->value, transpose, rows, weight->rounding);
    }
    return weights;
  }

  void run() const {
    const Timed timed(Work::recurrence);
    for (const auto& operation : program.operations) {
      const StepProgram::Map& map = operation.map;
      if (!operation.is_map || map.bias == nullptr) continue;
      const Result& of = program.results[static_cast<std::size_t>(map.result)];
      if (of.in_place) add_to_each_row(map.bias->value, input.slice_columns(of.first, of.width));
    }
    each_part([&](const Rows& rows) {
      const auto weights = packed(false, rows.count);
      for (int i = 0; i < steps; ++i) step(time(i), rows, weights);
    });
    Profile::operations += operations();
  }

  void step(int t, const Rows& rows, const std::vector<PackedMatrix>& weights) const {
    std::size_t next_weight = 0;
    for (const auto& operation : program.operations) {
      if (operation.is_map) {
        const StepProgram::Map& map = operation.map;
        const Tensor to = result(map.result, t, rows);
        const bool in_place = program.results[static_cast<std::size_t>(map.result)].in_place;
        if (!in_place && map.adds) copy_rows(value(map.addend, t, rows), to);
        if (!in_place && map.bias != nullptr) {
          if (map.adds) {
            add_to_each_row(map.bias->value, to);
          } else {
            set_each_row(map.bias->value, to);
          }
        }
        weights[next_weight++].multiply(value(map.x, t, rows), to, map.adds || map.bias != nullptr);
        continue;
      }
      const StepProgram::Equations& equations = operation.equations;
      std::array<Tensor, 16> inputs, made;
      for (std::size_t n = 0; n < equations.inputs.size(); ++n) inputs[n] = value(equations.inputs[n], t, rows);
      for (std::size_t m = 0; m < equations.results.size(); ++m) made[m] = result(equations.results[m], t, rows);
      equations.forward(equations.equations, std::span(inputs).first(equations.inputs.size()), made[0].shape,
                        std::span(made).first(equations.results.size()));
    }
    if (!padded) return;
    for (std::int64_t b = 0; b < rows.count; ++b) {
      if (!over(rows.first + b, t)) continue;
      for (std::size_t part = 0; part < states.size(); ++part)
        copy_rows(cut(before(part, t, rows), b, 1), cut(after(part, t, rows), b, 1));
    }
  }
};

/// The way back. Gradients of the state go from step to step in `carried`, those of sums stay for the weights.
class ScanBack {
 public:
  ScanBack(const Scan& forward, Tape& tape) : s_(forward), tape_(tape), places_(forward.program) {
    const std::int64_t rows = s_.steps * s_.batch;
    const auto destination = s_.own ? tape.destination(s_.projected) : Tape::Destination{};
    fresh_ = destination.fresh;
    input_ =
        destination.tensor.data != nullptr && fresh_ ? flat(destination.tensor) : tape.allocate({rows, s_.input.columns()});
    into_ = destination;
    for (const Tensor& state : s_.states) {
      for (auto& carried : carried_) carried.push_back(tape.allocate({s_.batch, state.columns()}));
      fill(carried_[0].back(), 0.0);
      if (s_.padded) held_.push_back(tape.allocate({s_.batch, state.columns()}));
    }
    for (const Result& result : s_.program.results) {
      const bool none = result.state >= 0 || result.in_place;
      results_.push_back(none ? Tensor{} : tape.allocate({result.mapped ? rows : s_.batch, result.width}));
    }
    for (const auto& operation : s_.program.operations) {
      auto& sums = fixed_.emplace_back();
      for (const Operand& input : operation.is_map ? std::span<const Operand>{} : operation.equations.inputs) {
        sums.push_back(input.place != Place::fixed ? Tensor{} : tape.allocate({s_.parts, input.width}));
        if (sums.back().data != nullptr) fill(sums.back(), 0.0);
      }
    }
  }

  void run() {
    {
      const Timed timed(Work::recurrence);
      s_.each_part([&](const Rows& rows) {
        const auto weights = s_.packed(true, rows.count);
        for (int i = s_.steps - 1; i >= 0; --i) step(s_.time(i), rows, weights, (s_.steps - 1 - i) % 2 == 0);
      });
    }
    Profile::operations += s_.operations();
    finish();
  }

 private:
  static Tensor flat(const Tensor& tensor) { return tensor.reshaped({tensor.rows(), tensor.columns()}); }

  [[nodiscard]] Tensor place(const Operand& o, int t, const Rows& rows, const std::vector<Tensor>& now,
                             const std::vector<Tensor>& next) const {
    if (o.place == Place::state) {
      return Scan::cut(next[static_cast<std::size_t>(o.index)], rows.first, rows.count).slice_columns(o.first, o.width);
    }
    if (o.place == Place::input) {
      return Scan::cut(input_, t * s_.batch + rows.first, rows.count).slice_columns(o.first, o.width);
    }
    return result(o.index, t, rows, now).slice_columns(o.first, o.width);
  }
  [[nodiscard]] Tensor result(int index, int t, const Rows& rows, const std::vector<Tensor>& now) const {
    const Result& of = s_.program.results[static_cast<std::size_t>(index)];
    if (of.state >= 0) return Scan::cut(now[static_cast<std::size_t>(of.state)], rows.first, rows.count);
    if (of.in_place) return Scan::cut(input_, t * s_.batch + rows.first, rows.count).slice_columns(of.first, of.width);
    return Scan::cut(results_[static_cast<std::size_t>(index)], (of.mapped ? t * s_.batch : 0) + rows.first, rows.count);
  }

  void step(int t, const Rows& rows, const std::vector<PackedMatrix>& weights, bool even) {
    auto& now = carried_[even ? 0 : 1];
    auto& next = carried_[even ? 1 : 0];
    for (std::size_t part = 0; part < now.size(); ++part) {
      const Tensor from_outside = tape_.incoming(s_.histories[part]);
      if (from_outside.data == nullptr) continue;
      add_rows(Scan::cut(flat(from_outside), t * s_.batch + rows.first, rows.count),
               Scan::cut(now[part], rows.first, rows.count));
    }
    // Behind a row's length the state was only carried on. Its gradient waits in `held_` until the step is done.
    if (s_.padded) hold(t, rows, now);
    for (const Operand& whole : places_.cleared()) fill(place(whole, t, rows, now, next), 0.0);
    std::size_t weight = weights.size();
    for (std::size_t k = s_.program.operations.size(); k-- > 0;) {
      const auto& operation = s_.program.operations[k];
      if (operation.is_map) {
        const StepProgram::Map& map = operation.map;
        const Tensor up = result(map.result, t, rows, now);
        const auto& adds = places_.adds(k);
        if (map.adds && !s_.program.results[static_cast<std::size_t>(map.result)].in_place) {
          add_or_copy_plain(up, place(map.addend, t, rows, now, next), adds[1]);
        }
        weights[--weight].multiply(up, place(map.x, t, rows, now, next), adds[0]);
      } else {
        equations(k, t, rows, now, next);
      }
    }
    if (s_.padded) release(t, rows, next);
  }

  static void add_or_copy_plain(const Tensor& from, const Tensor& to, bool add) {
    if (add) {
      add_rows(from, to);
    } else {
      copy_rows(from, to);
    }
  }

  void equations(std::size_t k, int t, const Rows& rows, const std::vector<Tensor>& now, const std::vector<Tensor>& next) {
    const StepProgram::Equations& own = s_.program.operations[k].equations;
    std::array<Tensor, 16> inputs, upstream;
    std::array<pointwise_kernel::Target, 16> targets;
    const auto& adds = places_.adds(k);
    for (std::size_t m = 0; m < own.results.size(); ++m) upstream[m] = result(own.results[m], t, rows, now);
    for (std::size_t n = 0; n < own.inputs.size(); ++n) {
      const Operand& input = own.inputs[n];
      inputs[n] = s_.value(input, t, rows);
      if (input.place == Place::fixed) {
        targets[n] = {Scan::cut(fixed_[k][n], rows.thread, 1), pointwise_kernel::Write::add};
      } else {
        targets[n] = {place(input, t, rows, now, next),
                      adds[n] ? pointwise_kernel::Write::add : pointwise_kernel::Write::store};
      }
    }
    own.backward(own.equations, std::span(inputs).first(own.inputs.size()), upstream[0].shape,
                 std::span(upstream).first(own.results.size()), std::span(targets).first(own.inputs.size()), tape_.arena());
  }

  void hold(int t, const Rows& rows, const std::vector<Tensor>& now) const {
    for (std::int64_t b = rows.first; b < rows.first + rows.count; ++b) {
      if (!s_.over(b, t)) continue;
      for (std::size_t part = 0; part < now.size(); ++part) {
        copy_rows(Scan::cut(now[part], b, 1), Scan::cut(held_[part], b, 1));
        fill(Scan::cut(now[part], b, 1), 0.0);
      }
    }
  }

  void release(int t, const Rows& rows, const std::vector<Tensor>& next) const {
    for (std::int64_t b = rows.first; b < rows.first + rows.count; ++b) {
      if (!s_.over(b, t)) continue;
      for (std::size_t part = 0; part < next.size(); ++part)
        copy_rows(Scan::cut(held_[part], b, 1), Scan::cut(next[part], b, 1));
      // What stands there came of numbers that nobody vouches for: zero times infinity is not zero.
      fill(Scan::cut(input_, t * s_.batch + b, 1), 0.0);
      for (std::size_t k = 0; k < results_.size(); ++k) {
        if (results_[k].data != nullptr && s_.program.results[k].mapped)
          fill(Scan::cut(results_[k], t * s_.batch + b, 1), 0.0);
      }
    }
  }

  void finish() {
    const auto& start = carried_[s_.steps % 2];
    for (std::size_t part = 0; part < start.size(); ++part) {
      const auto to = tape_.destination(s_.initial[part]);
      if (to.tensor.data != nullptr) add_or_copy(start[part], to.tensor, to.fresh);
    }
    if (!s_.own) into_ = tape_.destination(s_.projected);
    if (into_.tensor.data != nullptr && into_.tensor.data != input_.data) {
      add_or_copy(input_, flat(into_.tensor), into_.fresh && !s_.own);
    }
    for (std::size_t k = 0; k < s_.program.operations.size(); ++k) {
      const auto& operation = s_.program.operations[k];
      if (operation.is_map) {
        const StepProgram::Map& map = operation.map;
        const Result& of = s_.program.results[static_cast<std::size_t>(map.result)];
        const Tensor up =
            of.in_place ? input_.slice_columns(of.first, of.width) : results_[static_cast<std::size_t>(map.result)];
        map.weight->pending.push_back({s_.history(map.x), up, 0});
        if (map.bias != nullptr) {
          const Timed timed(Work::layout);
          const bool fresh = map.bias->touched == Touched::nothing;
          if (!fresh) map.bias->add_to_all();
          map.bias->touched = Touched::all;
          sum_rows(up, map.bias->gradient, !fresh);
        }
        continue;
      }
      for (std::size_t n = 0; n < operation.equations.inputs.size(); ++n) {
        if (fixed_[k][n].data == nullptr) continue;
        const Tensor to = tape_.accumulator(operation.equations.inputs[n].fixed);
        if (to.data != nullptr) sum_rows(fixed_[k][n], to.reshaped({1, to.columns()}), true);
      }
    }
  }

  const Scan& s_;
  Tape& tape_;
  GradientPlaces places_;
  Tensor input_;  // [T * B, X]
  Tape::Destination into_;
  bool fresh_ = false;
  std::array<std::vector<Tensor>, 2> carried_;  // of each part of the state, [B, width]
  std::vector<Tensor> held_;                    // the same, where rows are shorter than others
  std::vector<Tensor> results_;                 // of each result with a place of its own
  std::vector<std::vector<Tensor>> fixed_;      // of each operation's parameters, [parts, width]
};

struct ScanRecord {
  const Scan* scan;
  void operator()(Tape& tape) const {
    bool used = false;
    for (const Var& history : scan->histories) used = used || tape.incoming(history).data != nullptr;
    if (used) ScanBack(*scan, tape).run();
  }
};

/// How many threads take a part of the batch each. Large weights are read faster by all threads together, each a part.
int parts_of(const StepProgram& program, std::int64_t batch, int steps) {
  constexpr std::int64_t kFitsACore = 600'000;  // numbers of weights that stay in a core's own cache
  constexpr std::int64_t kFewRows = 8;          // of the batch, below which a product loses more than threads win
  std::int64_t largest = 0;
  std::int64_t all = 0;
  for (const auto& operation : program.operations) {
    if (!operation.is_map) continue;
    largest = std::max(largest, operation.map.weight->value.elements());
    all += operation.map.weight->value.elements();
  }
  if (largest > kFitsACore) return 1;
  const std::int64_t wanted = std::min<std::int64_t>(thread_count(), batch / kFewRows);
  return static_cast<int>(
      std::clamp<std::int64_t>(std::min<std::int64_t>(wanted, useful_threads(batch, steps * all / 16)), 1, 64));
}

}  // namespace

Unrolled scan(const StepProgram& program, Var projected, bool own, std::span<const int> lengths, const State& initial,
              TimeDirection direction) {
  Tape& tape = projected.tape();
  Arena& arena = tape.arena();
  const Tensor input = tape.value(projected);
  const int steps = static_cast<int>(projected.shape()[0]);
  const std::int64_t batch = projected.shape()[1];
  const bool forward = direction == TimeDirection::forward;
  const std::int64_t rows = steps * batch;
  Scan scan{program,
            steps,
            batch,
            forward,
            std::ranges::any_of(lengths, [&](int length) { return length < steps; }),
            parts_of(program, batch, steps),
            tape.keep(lengths),
            projected,
            own,
            input.reshaped({rows, input.columns()}),
            {},
            {},
            {},
            {}};
  if (own) {
    tape.mark_exclusive(projected);
  } else {
    scan.input = tape.allocate({rows, input.columns()});
    copy_rows(input.reshaped({rows, input.columns()}), scan.input);
  }
  const std::size_t parts = initial.size();
  Tensor* states = arena.array<Tensor>(parts);
  Var* starts = arena.array<Var>(parts);
  Var* histories = arena.array<Var>(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    const std::int64_t width = program.state_widths[i];
    states[i] = tape.allocate({rows + batch, width});
    starts[i] = initial[i];
    copy_rows(tape.value(initial[i]), Scan::cut(states[i], forward ? 0 : rows, batch));
    tape.note_use(initial[i]);
    const Tensor made = Scan::cut(states[i], forward ? batch : 0, rows).reshaped({steps, batch, width});
    histories[i] = tape.hold(made, true, {"pointwise", nullptr, program.state_types[i]});
  }
  scan.states = {states, parts};
  scan.initial = {starts, parts};
  scan.histories = {histories, parts};
  Tensor* results = arena.array<Tensor>(program.results.size());
  for (std::size_t k = 0; k < program.results.size(); ++k) {
    const Result& of = program.results[k];
    results[k] = of.state >= 0 || of.in_place ? Tensor{} : tape.allocate({rows, of.width});
  }
  scan.results = {results, program.results.size()};
  for (const auto& operation : program.operations) {
    if (!operation.is_map) continue;
    tape.leaf(*operation.map.weight);
    if (operation.map.bias != nullptr) tape.leaf(*operation.map.bias);
  }
  tape.note_use(projected);
  scan.run();
  if (tape.training()) tape.record(ScanRecord{arena.keep(scan)});
  std::vector<Var> final;
  for (std::size_t i = 0; i < parts; ++i) final.push_back(at(histories[i], forward ? steps - 1 : 0));
  return {histories[0], State(std::move(final))};
}

}  // namespace seqlab
