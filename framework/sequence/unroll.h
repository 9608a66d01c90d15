#pragma once

// The time loop: any cell, either direction, padded batches.

#include <span>

#include "sequence/recurrence.h"

namespace seqlab {

/// Runs `cell` over inputs [T, B, I]. A row's state only changes at its own steps t < lengths[b], so a padded row gives what
/// it gives alone. T >= 1.
Unrolled unroll(const Recurrence& cell, Var inputs, std::span<const int> lengths, const State& initial,
                TimeDirection direction);

/// The same, always step by step on the tape: what a faster way is held against.
Unrolled unroll_steps(const Recurrence& cell, Var inputs, std::span<const int> lengths, const State& initial,
                      TimeDirection direction);

/// [B, 1]: 1 where t < lengths[b]; empty (no Var) where that holds for all rows.
Var step_mask(Tape& tape, std::span<const int> lengths, int t);

/// `now` where the mask is 1, `before` where it is 0, part by part and to the bit; `now` itself where there is no mask.
State choose(Var mask, const State& now, const State& before);

}  // namespace seqlab
