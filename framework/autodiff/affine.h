#pragma once

// y = x W + b.

#include "autodiff/tape.h"

namespace seqlab {

/// x [..., K], weight [K, N], bias [1, N] or null -> [..., N]. A one-hot x selects rows of the weight; a joined x is
/// multiplied part by part. The weight's gradient is computed once per batch, for all of its uses in one product.
Var affine(Var x, Leaf& weight, Leaf* bias);

/// x [..., K] times the rows first .. first + K of the weight: what a part of a joined x adds to the whole.
Var affine_part(Var x, Leaf& weight, std::int64_t first, Leaf* bias);

/// x [..., D] times the transpose of weight [N, D], + bias [1, N] or null -> [..., N]: a score for each row of a table. A
/// frozen weight gets no gradient.
Var affine_transposed(Var x, Leaf& weight, Leaf* bias);

}  // namespace seqlab
