#include "results/bootstrap.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/random.h"

namespace seqlab {
namespace {

/// How often each example is in the sample.
using Counts = std::vector<double>;

class Scorer {
 public:
  Scorer(const SampleScore& score, std::size_t width) : score_(score), sums_(width) {}

  double operator()(const ExampleStatistics& statistics, const Counts& counts) {
    std::ranges::fill(sums_, 0.0);
    const double* row = statistics.numbers.data();
    for (std::size_t i = 0; i < counts.size(); ++i, row += sums_.size()) {
      for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += counts[i] * row[c];
    }
    return score_(sums_, counts.size());
  }

 private:
  const SampleScore& score_;
  std::vector<double> sums_;
};

/// The `share` quantile of sorted values, between neighbours in proportion.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

BootstrapTest paired_bootstrap(const std::vector<PairedExamples>& pairs, const SampleScore& score, std::int64_t samples,
                               std::uint64_t seed) {
  expect(!pairs.empty() && samples > 0, "a bootstrap has pairs and samples");
  const std::size_t width = pairs.front().baseline.width;
  const std::size_t examples = pairs.front().baseline.examples();
  expect(examples > 0, "a bootstrap has examples");
  for (const auto& pair : pairs) {
    const bool same = pair.baseline.width == width && pair.system.width == width && pair.baseline.examples() == examples &&
                      pair.system.examples() == examples;
    expect(same, "both systems of all pairs have statistics of the same examples");
  }
  Scorer scorer(score, width);
  const auto count = static_cast<double>(pairs.size());
  const auto mean_scores = [&](const Counts& counts) {
    double baseline = 0;
    double system = 0;
    for (const auto& pair : pairs) {
      baseline += scorer(pair.baseline, counts);
      system += scorer(pair.system, counts);
    }
    return std::pair(baseline / count, system / count);
  };

  BootstrapTest test;
  test.examples = examples;
  test.samples = samples;
  std::tie(test.baseline, test.system) = mean_scores(Counts(examples, 1.0));
  test.difference = test.system - test.baseline;

  Random random(seed, "paired_bootstrap");
  std::vector<double> differences;
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    Counts counts(examples, 0.0);
    for (std::size_t draw = 0; draw < examples; ++draw) {
      counts[static_cast<std::size_t>(random.below(static_cast<int>(examples)))] += 1.0;
    }
    const auto [baseline, system] = mean_scores(counts);
    differences.push_back(system - baseline);
  }
  // What rounding leaves of a difference of nothing counts as none.
  constexpr double kRounding = 1e-12;
  const auto low = std::ranges::count_if(differences, [](double d) { return d <= kRounding; });
  const auto high = std::ranges::count_if(differences, [](double d) { return d >= -kRounding; });
  test.p = std::min(1.0, 2 * static_cast<double>(std::min(low, high) + 1) / static_cast<double>(samples + 1));
  std::ranges::sort(differences);
  test.interval = {quantile(differences, 0.025), quantile(differences, 0.975)};
  return test;
}

}  // namespace seqlab
