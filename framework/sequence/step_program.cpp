#include "sequence/step_program.h"

#include <algorithm>

#include "kernels/rows.h"

namespace seqlab {
namespace {

using Place = StepProgram::Place;
using Operand = StepProgram::Operand;

/// The items in the arena, where nothing is destroyed.
template <class T>
std::span<const T> keep_all(Arena& arena, const std::vector<T>& items) {
  T* kept = arena.array<T>(items.size());
  std::uninitialized_copy(items.begin(), items.end(), kept);
  return {kept, items.size()};
}

/// A value of its own with the first row of `of`: what the cell does with it can be told from all else.
Var first_row(Tape& tape, Var of) {
  const Tensor from = tape.value(of);
  const Var row = tape.result({1, from.columns()}, true, {"first row"});
  copy_rows(from.slice_rows(0, {1, from.columns()}), row.value());
  return row;
}

class Reader {
 public:
  Reader(Tape& tape, Var input, const State& state) : tape_(tape), input_(input), state_(state) {}

  /// nullopt: it came from elsewhere.
  [[nodiscard]] std::optional<Operand> operand(Var var) const {
    const auto [root, first] = tape_.place(var);
    const Shape shape = var.shape();
    if (shape.rows() != 1 || shape.size() != 2) return std::nullopt;
    Operand found{Place::input, 0, first, shape.columns(), {}};
    if (root.id() == input_.id()) return found;
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (root.id() != state_[i].id()) continue;
      found.place = Place::state;
      found.index = static_cast<int>(i);
      return found;
    }
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (root.id() != results_[i].id()) continue;
      found.place = Place::result;
      found.index = static_cast<int>(i);
      return found;
    }
    if (!tape_.is_leaf(root)) return std::nullopt;
    return Operand{Place::fixed, 0, 0, shape.columns(), var};
  }

  bool read(const StepTrace::Map& map, StepProgram::Operation& to) {
    const auto x = operand(map.x);
    if (!x || x->place == Place::fixed || !tape_.parts_of(map.x).empty() || !tape_.ids_of(map.x).empty()) return false;
    to.is_map = true;
    to.map = {*x, map.weight, map.bias, map.sum.exists(), {}, add(map.sum.exists() ? map.sum : map.y, true)};
    if (!map.sum.exists()) return true;
    const auto addend = operand(map.addend);
    if (!addend || addend->place == Place::fixed || addend->width != map.weight->value.columns()) return false;
    to.map.addend = *addend;
    return true;
  }

  bool read(const StepTrace::Equations& equations, StepProgram::Operation& to) {
    std::vector<Operand> inputs;
    for (const Var& input : equations.inputs) {
      const auto found = operand(input);
      if (!found) return false;
      inputs.push_back(*found);
    }
    std::vector<int> made;
    for (const Var& result : equations.results) {
      if (result.shape().size() != 2 || result.shape().rows() != 1) return false;
      made.push_back(add(result, false));
    }
    const std::int64_t width = equations.results[0].shape().columns();
    for (const Operand& input : inputs) {
      if (input.width != width && (input.place != Place::fixed || input.width != 1)) return false;
    }
    to.equations = {keep_all(tape_.arena(), inputs), keep_all(tape_.arena(), made), equations.forward, equations.backward,
                    equations.equations};
    return true;
  }

  /// Marks the result that is part `part` of the next state.
  bool becomes(Var var, int part, std::int64_t width) {
    const auto found = operand(var);
    if (!found || found->place != Place::result || found->first != 0 || found->width != width) return false;
    StepProgram::Result& result = made_[static_cast<std::size_t>(found->index)];
    if (result.state >= 0 || result.width != width || result.mapped) return false;
    result.state = part;
    return true;
  }

  std::vector<StepProgram::Result>& results() { return made_; }

 private:
  int add(Var result, bool mapped) {
    results_.push_back(result);
    made_.push_back({result.shape().columns(), -1, false, 0, mapped});
    return static_cast<int>(results_.size()) - 1;
  }

  Tape& tape_;
  Var input_;
  const State& state_;
  std::vector<Var> results_;
  std::vector<StepProgram::Result> made_;
};

/// A sum with columns of the input that nothing else reads takes their place.
void put_in_place(const std::vector<StepProgram::Operation>& operations, std::vector<StepProgram::Result>& results) {
  const auto readers = [&](std::int64_t first, std::int64_t width) {
    int count = 0;
    const auto look = [&](const Operand& operand) {
      count +=
          operand.place == Place::input && operand.first < first + width && first < operand.first + operand.width ? 1 : 0;
    };
    for (const auto& operation : operations) {
      if (operation.is_map) {
        look(operation.map.x);
        if (operation.map.adds) look(operation.map.addend);
      } else {
        std::ranges::for_each(operation.equations.inputs, look);
      }
    }
    return count;
  };
  for (const auto& operation : operations) {
    const StepProgram::Map& map = operation.map;
    if (!operation.is_map || !map.adds || map.addend.place != Place::input) continue;
    if (readers(map.addend.first, map.addend.width) != 1) continue;
    StepProgram::Result& result = results[static_cast<std::size_t>(map.result)];
    result.in_place = true;
    result.first = map.addend.first;
  }
}

/// Lets the tape forget its watcher, whatever happens.
class Watched {
 public:
  Watched(Tape& tape, StepTrace& trace) : tape_(tape) { tape_.watch(&trace); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() { tape_.watch(nullptr); }

 private:
  Tape& tape_;
};

}  // namespace

std::optional<StepProgram> step_program(const Recurrence& cell, Var projected, const State& state) {
  Tape& tape = projected.tape();
  if (!tape.ids_of(projected).empty() || !tape.parts_of(projected).empty()) return std::nullopt;
  const Var input = first_row(tape, projected);
  std::vector<Var> rows;
  for (const Var& part : state) rows.push_back(first_row(tape, part));
  const State before(rows);
  StepTrace trace;
  State after;
  {
    const Watched watched(tape, trace);
    after = cell.step(input, before);
  }
  if (after.size() != before.size()) return std::nullopt;
  Reader reader(tape, input, before);
  std::vector<StepProgram::Operation> operations(trace.operations.size());
  std::vector<const std::type_info*> types;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const bool known =
        std::visit([&](const auto& traced) { return reader.read(traced, operations[i]); }, trace.operations[i]);
    if (!known) return std::nullopt;
  }
  std::vector<std::int64_t> widths;
  for (std::size_t i = 0; i < after.size(); ++i) {
    widths.push_back(before[i].shape().columns());
    if (!reader.becomes(after[i], static_cast<int>(i), widths.back())) return std::nullopt;
    for (const auto& traced : trace.operations) {
      const auto* equations = std::get_if<StepTrace::Equations>(&traced);
      if (equations == nullptr) continue;
      for (const Var& result : equations->results) {
        if (result.id() == tape.place(after[i]).root.id()) types.push_back(equations->type);
      }
    }
  }
  put_in_place(operations, reader.results());
  Arena& arena = tape.arena();
  return StepProgram{keep_all(arena, operations), keep_all(arena, reader.results()), keep_all(arena, widths),
                     keep_all(arena, types), projected.shape().columns()};
}

}  // namespace seqlab
