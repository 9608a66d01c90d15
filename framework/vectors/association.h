#pragma once

// What a co-occurrence is worth.

#include <string_view>

#include "vectors/sparse_matrix.h"

namespace seqlab {

/// Replaces counts by
///   "count"  themselves
///   "log"    log(1 + count)
///   "pmi"    pointwise mutual information log(P(w, c) / (P(w) P(c))) - log(shift), where P(c) is in proportion to the
///            column's sum to the power of `smoothing` (Levy, Goldberg and Dagan, 2015)
///   "ppmi"   that where it is positive; other cells vanish
void weigh_cooccurrences(SparseMatrix& counts, std::string_view weighting, double shift, double smoothing);

}  // namespace seqlab
