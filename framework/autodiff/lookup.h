#pragma once

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

/// Rows of `table` [V, D] by id -> [..., D] in the given shape with D columns. The gradient touches those rows alone.
Var lookup(Tape& tape, Leaf& table, std::span<const int> ids, Shape shape);

}  // namespace seqlab
