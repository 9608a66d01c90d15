#pragma once

// Bounds of features, learnt from the training split alone: what lies beyond them becomes them (winsorising).

#include <span>
#include <vector>

namespace seqlab {

class Clipping {
 public:
  Clipping() = default;  // changes nothing
  /// Between the quantiles `share` and 1 - share of each feature of the rows [T, width]; share in [0, 0.5), 0: no bounds.
  /// NaN does not count. A feature with fewer than 4 different values, such as a mark, has no bounds.
  static Clipping fit(double share, std::span<const std::vector<float>* const> rows, int width);

  void apply(std::vector<float>& row) const;

 private:
  std::vector<float> low_, high_;  // [width]; empty: no bounds
};

}  // namespace seqlab
