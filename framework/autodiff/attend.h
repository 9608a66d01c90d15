#pragma once

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

struct Attended {
  Var context;  // [B, T, M]
  Var weights;  // [B, T, S], rows sum to 1; 0 behind each length
};

/// Softmax of scores [B, T, S] over the positions s < lengths[b], then the weighted sum of memory [B, S, M].
Attended attend(Var scores, Var memory, std::span<const int> lengths);

}  // namespace seqlab
