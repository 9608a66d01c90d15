#pragma once

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

/// Rows of `table` [V, D] by id -> [..., D] in the shape of `outer` with D columns. The gradient touches those rows alone.
Var lookup(Tape& tape, Leaf& table, std::span<const int> ids, Shape shape);

/// Dropout (Srivastava et al., 2014): zeroes each element with probability `rate` and scales the rest by 1 / (1 - rate); the
/// identity outside training. The mask is a function of the run's seed, the batch number and the order of the operations.
Var dropout(Var x, double rate);

}  // namespace seqlab
