#pragma once

// How many digits the numbers of a table get.

#include <string>
#include <vector>

#include "results/statistics.h"

namespace seqlab {

/// Writes numbers of one table with the same decimals: two significant digits of the smallest interval, at most four
/// decimals for values up to 1, fewer for larger ones.
class NumberStyle {
 public:
  explicit NumberStyle(const std::vector<Summary>& summaries);
  [[nodiscard]] std::string operator()(double value) const;

 private:
  int decimals_ = 3;
  bool scientific_ = false;
};

}  // namespace seqlab
