#pragma once

// Many small matrix products at once, such as each sequence's scores.

#include "autodiff/tape.h"

namespace seqlab {

/// For each of B blocks: a [B, M, K] (or its transpose) times b [B, K, N] (or its transpose) -> [B, M, N].
Var batched_product(Var a, bool transpose_a, Var b, bool transpose_b);

}  // namespace seqlab
