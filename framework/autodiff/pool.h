#pragma once

// Many steps to one row each.

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

/// Mean over the steps t < lengths[b] of each row: [T, B, C] -> [B, C]; 0 where the length is 0.
Var mean_over_time(Var x, std::span<const int> lengths);
/// The largest number of each column over the steps t < lengths[b]: [T, B, C] -> [B, C]; 0 where the length is 0. The
/// gradient goes to the first step that has it.
Var max_over_time(Var x, std::span<const int> lengths);
/// x[steps[b], b] of each row: [T, B, C] -> [B, C]; 0 where the step is -1.
Var at_steps(Var x, std::span<const int> steps);

}  // namespace seqlab
