#pragma once

// A comparison as text: one factor down and one across.

#include <string>

#include "results/comparison.h"

namespace seqlab {

/// Which factor goes down and which across, by full key or unique end. "": down goes the first factor that is left, across
/// the first other one that applies to all variants, where neither follows from the other; columns may be "none". Nothing is
/// ever averaged over but the seed: factors that are neither rows nor columns nor fixed are joined into the row's label.
struct ComparisonLayout {
  std::string rows;
  std::string columns;
};

/// At most 80 columns wide where labels allow it: too many columns are printed in several blocks.
///
///   valid/exact (max, best epoch), mean +- 95% t-interval over 3 seeds
///   ...
/// UserError where the layout names no factor.
std::string render(const Comparison& comparison, const ComparisonLayout& layout);

/// One row per variant: a column per factor, then n, mean, sd, low, high. `rounded`: numbers as the table shows them.
TextTable variant_rows(const Comparison& comparison, bool rounded = false);

}  // namespace seqlab
