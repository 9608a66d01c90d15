#pragma once

// What the time loop needs of a recurrent cell, and what it carries from step to step.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "autodiff/tape.h"

namespace seqlab {

/// The state of a cell between steps: a few Vars [B, units]; element 0 is the output h.
class State {
 public:
  State() = default;
  State(Var h) : parts_{h} {}  // NOLINT: a cell without memory returns just h
  State(std::initializer_list<Var> parts) : parts_(parts) {}
  template <std::size_t N>
  State(const std::array<Var, N>& parts) : parts_(parts.begin(), parts.end()) {}  // NOLINT: what pointwise() returns
  explicit State(std::vector<Var> parts) : parts_(std::move(parts)) {}

  const Var& operator[](std::size_t index) const { return parts_.at(index); }
  [[nodiscard]] std::size_t size() const { return parts_.size(); }
  [[nodiscard]] auto begin() const { return parts_.begin(); }
  [[nodiscard]] auto end() const { return parts_.end(); }

 private:
  std::vector<Var> parts_;
};

enum class TimeDirection { forward, backward };

struct Unrolled {
  Var outputs;  // [T, B, units]; behind a row's length the state is carried on (what stands there must not be used)
  State final;  // after each row's own last step (for backward: after its first)
};

class Recurrence {
 public:
  virtual ~Recurrence();
  /// The state before the first step, each part [batch, units].
  [[nodiscard]] virtual State initial(Tape& tape, int batch) const = 0;
  /// Everything that does not depend on the previous state, for all steps at once: [..., inputs] -> [..., anything].
  /// The time loop hands it out step by step; a cell does not keep it.
  [[nodiscard]] virtual Var project(Var inputs) const { return inputs; }
  /// One time step: x is the step's slice of project(), [B, anything]. A step of linear maps and equations of its own
  /// numbers alone is watched once and then repeated for all steps without the tape (sequence/scan.h), so it must not depend
  /// on how often it was called; any other step runs on the tape as it is.
  [[nodiscard]] virtual State step(Var x, const State& state) const = 0;
  /// All steps of a batch, as unroll() in sequence/unroll.h describes it. A cell may override it where it has a faster way
  /// to the same numbers, and calls this one where it has not.
  [[nodiscard]] virtual Unrolled unroll(Var inputs, std::span<const int> lengths, const State& initial,
                                        TimeDirection direction) const;
};

}  // namespace seqlab
