#pragma once

// One step of a recurrent cell as a list of linear maps and equations: what can be repeated for all steps of a batch without
// a tape. It is found by watching the cell do one step for one row.

#include <optional>
#include <span>

#include "autodiff/step_trace.h"
#include "sequence/recurrence.h"

namespace seqlab {

struct StepProgram {
  /// Where an operation finds numbers: columns of the step's input, of a part of the state before the step, or of what an
  /// earlier operation of the step made; or a parameter, the same at every step.
  enum class Place { input, state, result, fixed };
  struct Operand {
    Place place = Place::input;
    int index = 0;           // of the part of the state, or of the result
    std::int64_t first = 0;  // column
    std::int64_t width = 0;  // columns
    Var fixed;
  };
  /// What an operation makes.
  struct Result {
    std::int64_t width = 0;
    int state = -1;  // the part of the next state that it is, or -1
    bool in_place =
        false;  // a sum that takes the place of the columns of the input from `first` on, which nobody else reads
    std::int64_t first = 0;  // where in_place
    bool mapped = false;     // made by a linear map
  };
  struct Map {
    Operand x;
    Leaf* weight = nullptr;
    Leaf* bias = nullptr;
    bool adds = false;  // a further operand is added to the product
    Operand addend;
    int result = 0;
  };
  struct Equations {
    std::span<const Operand> inputs;
    std::span<const int> results;
    StepTrace::Equations::Forward forward = nullptr;
    StepTrace::Equations::Backward backward = nullptr;
    const void* equations = nullptr;
  };
  struct Operation {
    bool is_map = false;
    Map map;
    Equations equations;
  };
  std::span<const Operation> operations;
  std::span<const Result> results;
  std::span<const std::int64_t> state_widths;
  std::span<const std::type_info* const> state_types;  // of the equations that make each part of the state
  std::int64_t input_width = 0;
};

/// The program of the cell's step, in the arena of the tape; nullopt where the step does anything else than linear maps and
/// equations of its input, its state and its parameters, or where the shapes are not those of a cell. `projected` [T, B, X],
/// `state` of one row or more.
std::optional<StepProgram> step_program(const Recurrence& cell, Var projected, const State& state);

}  // namespace seqlab
