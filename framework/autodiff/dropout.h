#pragma once

#include "autodiff/tape.h"

namespace seqlab {

/// Dropout (Srivastava et al., 2014): zeroes each element with probability `rate` in [0, 1) and scales the rest by 1 / (1 -
/// rate); the identity outside training. The mask is a function of the run's seed, the batch number and the order of the
/// operations.
Var dropout(Var x, double rate);

}  // namespace seqlab
