#pragma once

// How much a loss feels of a state that lies some steps back: the vanishing gradient, measured (Bengio et al., 1994; Pascanu
// et al., 2013).

#include <vector>

#include "autodiff/state_trace.h"

namespace seqlab {

struct LagNorm {
  int lag;      // steps between the state and its row's last one; 0: the last one itself
  double norm;  // of d loss / d h, over all rows that are so long and all units
};

/// After backward(). All lags up to 16, beyond them about six between a number and its double, and the longest.
std::vector<LagNorm> gradient_by_lag(const StateTrace::Layer& layer);

}  // namespace seqlab
