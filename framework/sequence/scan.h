#pragma once

// The time loop without a tape: the program of a cell's step, repeated for all steps of a batch in one record. Recurrent
// weights are packed once, small cells run with a part of the batch on each thread, gates and outputs are written where they
// stay.

#include <optional>
#include <span>

#include "sequence/recurrence.h"
#include "sequence/step_program.h"

namespace seqlab {

/// As unroll(), for the `projected` inputs [T, B, X] of a cell with this program. `own`: nobody else reads `projected`,
/// whose numbers are then overwritten.
Unrolled scan(const StepProgram& program, Var projected, bool own, std::span<const int> lengths, const State& initial,
              TimeDirection direction);

}  // namespace seqlab
