#pragma once

#include "autodiff/tape.h"

namespace seqlab {

/// Dropout (Srivastava et al., 2014): zeroes each element with probability `rate` in [0, 1) and scales the rest by 1 / (1 -
/// rate); the identity outside training. The mask is a function of the run's seed, the batch number and the order of the
/// operations.
Var dropout(Var x, double rate);

/// Dropout with one mask for all of the outermost dimension: x [T, ...] loses the same units at every step (Gal and
/// Ghahramani, 2016).
Var variational_dropout(Var x, double rate);

}  // namespace seqlab
