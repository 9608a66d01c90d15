#pragma once

// The scale of features, learnt from the training split alone.

#include <span>
#include <string>
#include <vector>

namespace seqlab {

class Scaling {
 public:
  Scaling() = default;  // changes nothing
  /// "none"; "standard": mean 0 and deviation 1; "range": 0 to 1; "shared": mean 0, and each block of `block` features over
  /// one deviation, the root of the mean of their variances: their sizes beside each other stay. Of the rows [T, width] of
  /// the training split; NaN does not count. A feature that never changes becomes 0. `block` 0: all.
  static Scaling fit(const std::string& kind, std::span<const std::vector<float>* const> rows, int width, int block = 0);

  void apply(std::vector<float>& row) const;
  [[nodiscard]] double scaled(double value, int feature) const;
  [[nodiscard]] double original(double scaled, int feature) const;

 private:
  std::vector<double> shift_;   // [width]; empty: changes nothing
  std::vector<double> spread_;  // [width], > 0
};

}  // namespace seqlab
