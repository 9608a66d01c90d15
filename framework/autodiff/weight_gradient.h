#pragma once

// The gradient of a matrix that served many steps, as one product over all of them.

#include "autodiff/leaf.h"
#include "core/arena.h"

namespace seqlab {

/// Turns leaf.pending into its gradient: gradient[first_row ..] += sum of input^T output_gradient.
void finish_weight_gradient(Leaf& leaf, Arena& arena);

/// to = from, or to += from.
void add_or_copy(const Tensor& from, const Tensor& to, bool fresh);

}  // namespace seqlab
