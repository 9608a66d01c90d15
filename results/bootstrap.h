#pragma once

// Paired bootstrap over test examples (Koehn, 2004, "Statistical significance tests for machine translation evaluation"):
// would another sample of test sentences have said the same?

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "results/statistics.h"

namespace seqlab {

/// What a metric has to know of every example, row by row [examples, width]: the rows of a sample, added up, give its score.
struct ExampleStatistics {
  std::size_t width = 1;
  std::vector<double> numbers;
  [[nodiscard]] std::size_t examples() const { return numbers.size() / width; }
};

/// A sample's score from the sums of its `width` columns and the number of its examples.
using SampleScore = std::function<double(std::span<const double> sums, std::size_t examples)>;

/// Two systems on the same examples.
struct PairedExamples {
  ExampleStatistics baseline;
  ExampleStatistics system;
};

struct BootstrapTest {
  std::size_t examples = 0;
  std::int64_t samples = 0;
  double baseline = 0;  // mean score on all examples
  double system = 0;
  double difference = 0;  // system - baseline
  Interval interval;      // of the difference: 2.5 % and 97.5 % quantiles of its samples
  double p = 1;           // two-sided
};

/// Each of `samples` samples draws as many examples as there are, with replacement; all pairs (runs of several seeds) see
/// the same sample, and what is tested is their mean difference d. With d_i that of sample i and B samples:
///   p = min(1, 2 min(1 + #{ i : d_i <= 0 }, 1 + #{ i : d_i >= 0 }) / (B + 1))
/// the two-sided level at which the percentile interval ends at 0 (Efron and Tibshirani, 1993, "An introduction to the
/// bootstrap", section 15.4), where the 1 counts the sample at hand (Davison and Hinkley, 1997, section 4.2). So p is below
/// 0.05 where the interval leaves out 0, and 1 of two systems that are the same. Koehn's own test and sacreBLEU's differ:
/// the first is one-sided, the second gives equal systems 1 / (B + 1). Same seed, same numbers. All statistics have one
/// shape and at least one example; there is at least one pair and sample.
BootstrapTest paired_bootstrap(const std::vector<PairedExamples>& pairs, const SampleScore& score, std::int64_t samples,
                               std::uint64_t seed);

}  // namespace seqlab
