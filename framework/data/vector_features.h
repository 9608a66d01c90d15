#pragma once

// What becomes of the numbers of a sequence before a model reads them.

#include <cstdint>
#include <string>
#include <vector>

#include "data/clipping.h"
#include "data/example.h"
#include "data/scaling.h"

namespace seqlab {

/// In the order in which they act.
struct VectorFeatureOptions {
  bool drop_empty = false;       // leaves out steps without a number that is not 0; at least the first one stays
  double clip_quantile = 0;      // as Clipping::fit: before the bins, lest one slip spoils the others of its bin
  std::int64_t bin = 1;          // so many steps become one: the mean of what was measured
  std::int64_t differences = 0;  // lags 1, 2, 4, ...: so many blocks x[t] - x[t - lag] beside x[t]; 0 where t < lag
  std::string scale = "none";    // as Scaling::fit; "shared": each block has a deviation of its own
  bool carry = false;            // a missing number is the last one, 0 before the first; behind the numbers of a step stand
                                 // as many marks: the share of the steps of a bin at which it was measured
};

class VectorFeatures {
 public:
  /// Learns bounds and scales from the training split: of its vectors [T, width], NaN where nothing was measured (only with
  /// carry, and then without differences), and of its constants, clipped alike and brought to mean 0 and deviation 1.
  static VectorFeatures fit(const VectorFeatureOptions& options, const RawExamples& train, int width);

  /// Numbers of a step: the features, then the constants; with carry each with a mark.
  [[nodiscard]] int width() const;
  /// [steps, width()]
  [[nodiscard]] std::vector<float> operator()(const RawExample& example) const;

 private:
  struct Steps {
    std::vector<float> values;
    std::vector<float> measured;  // of as many: share of the bin; only where marks are wanted or bins made
  };
  /// Without empty steps, where these are to be dropped.
  [[nodiscard]] std::vector<float> seen(const std::vector<float>& values) const;
  [[nodiscard]] Steps binned(std::vector<float> values) const;
  /// [T, width] -> [T, width * (1 + differences)]
  [[nodiscard]] std::vector<float> differenced(std::vector<float> values) const;

  VectorFeatureOptions options_;
  int width_ = 0;
  int constants_ = 0;
  Clipping clipping_, constant_clipping_;
  Scaling scaling_, constant_scaling_;
};

}  // namespace seqlab
