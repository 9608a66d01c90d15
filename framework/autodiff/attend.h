#pragma once

#include <span>

#include "autodiff/tape.h"
#include "kernels/softmax.h"

namespace seqlab {

struct Attended {
  Var context;  // [B, T, M]
  Var weights;  // [B, T, S]; 0 outside of what a query reaches
};

/// Softmax of scores [B, T, S] over the positions that each query reaches, 0 elsewhere. `reaches`: of each query [B * T], or
/// of all queries of a row [B]; kept by the caller as long as the tape's values are (Tape::arena).
Var masked_softmax(Var scores, std::span<const Reach> reaches);

/// The same, then the weighted sum of memory [B, S, M].
Attended attend(Var scores, Var memory, std::span<const Reach> reaches);
/// Over the positions s < lengths[b] of each row.
Attended attend(Var scores, Var memory, std::span<const int> lengths);

/// The positions s < lengths[b] of each row, in the tape's arena.
std::span<const Reach> reaches_of(Tape& tape, std::span<const int> lengths);

}  // namespace seqlab
