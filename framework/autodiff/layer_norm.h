#pragma once

#include "autodiff/tape.h"

namespace seqlab {

/// Every row of x [..., N] scaled to mean 0 and variance 1, times gain [1, N], plus bias [1, N] (Ba et al., 2016).
Var layer_norm(Var x, Var gain, Var bias, double epsilon = 1e-5);

}  // namespace seqlab
