#pragma once

// The largest numbers of a row: what a decoder chooses from.

#include <span>
#include <vector>

#include "core/tensor.h"

namespace seqlab {

/// A place in a row and what stands there.
struct TopEntry {
  int column = -1;  // -1: the row has no further number above minus infinity
  double value = 0;
};

/// The `count` largest numbers of every row, largest first, ties to the smaller column: row r's stand from r * count on.
/// NaN is never among them. count >= 1; what a row lacks is column -1.
void top_columns(const Tensor& x, int count, std::vector<TopEntry>& entries);

/// log of the sum of exp(x) of every row.
void log_sum_exp(const Tensor& x, std::vector<double>& sums);

}  // namespace seqlab
