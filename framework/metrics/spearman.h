#pragma once

#include <span>

namespace seqlab {

/// Spearman's rank correlation of two lists of the same length; equal values share their mean rank. NaN where one list has
/// fewer than two values or all its values are equal.
double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace seqlab
