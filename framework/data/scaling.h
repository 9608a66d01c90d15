#pragma once

// The scale of features, learnt from the training split alone.

#include <span>
#include <string>
#include <vector>

namespace seqlab {

class Scaling {
 public:
  Scaling() = default;  // changes nothing
  /// "none"; "standard": mean 0 and deviation 1; "range": 0 to 1. Of the rows [T, width] of the training split; NaN does not
  /// count. A feature that never changes becomes 0.
  static Scaling fit(const std::string& kind, std::span<const std::vector<float>* const> rows, int width);

  void apply(std::vector<float>& row) const;
  [[nodiscard]] double scaled(double value, int feature) const;
  [[nodiscard]] double original(double scaled, int feature) const;

 private:
  std::vector<double> shift_;   // [width]; empty: changes nothing
  std::vector<double> spread_;  // [width], > 0
};

/// Rows [T, width] with NaN -> [T, 2 width]: each number that was not measured is the last one measured, 0 before the first;
/// behind the numbers of a step stand as many marks, 1 where it was measured.
std::vector<float> carry_forward(std::span<const float> row, int width);

}  // namespace seqlab
