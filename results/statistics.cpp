#include "results/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace seqlab {
namespace {

constexpr std::size_t kMostExactPairs = 20;
constexpr std::int64_t kRandomFlips = 100'000;

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Sums that are equal but for rounding count as ties.
double tie_threshold(std::span<const double> differences, double observed) {
  double scale = 0;
  for (const double d : differences) scale += std::abs(d);
  return observed - 1e-12 * scale;
}

double exact_p(std::span<const double> differences, double threshold, std::int64_t& flips) {
  flips = std::int64_t{1} << differences.size();
  std::int64_t hits = 0;
  for (std::int64_t mask = 0; mask < flips; ++mask) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) sum += ((mask >> i) & 1) != 0 ? -differences[i] : differences[i];
    if (std::abs(sum) >= threshold) ++hits;
  }
  return static_cast<double>(hits) / static_cast<double>(flips);
}

double random_p(std::span<const double> differences, double threshold) {
  Random random(1, "sign_flip_test");
  std::int64_t hits = 0;
  for (std::int64_t flip = 0; flip < kRandomFlips; ++flip) {
    double sum = 0;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      if (i % 32 == 0) bits = random.bits();
      sum += ((bits >> (i % 32)) & 1U) != 0 ? -differences[i] : differences[i];
    }
    if (std::abs(sum) >= threshold) ++hits;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(kRandomFlips + 1);
}

}  // namespace

std::optional<Interval> Summary::interval() const {
  if (!half_width) return std::nullopt;
  return Interval{mean - *half_width, mean + *half_width};
}

Summary summarize(std::span<const double> values) {
  Summary summary;
  summary.count = static_cast<std::int64_t>(values.size());
  const auto n = static_cast<double>(values.size());
  summary.mean = values.empty() ? std::nan("") : sum_of(values) / n;
  if (values.size() < 2) return summary;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.sd = std::sqrt(squares / (n - 1));
  summary.half_width = student_quantile(summary.count - 1) * *summary.sd / std::sqrt(n);
  return summary;
}

double student_quantile(std::int64_t degrees_of_freedom) {
  expect(degrees_of_freedom >= 1, "Student's t has at least one degree of freedom");
  return boost::math::quantile(boost::math::students_t(static_cast<double>(degrees_of_freedom)), 0.975);
}

PairedTest sign_flip_test(std::span<const double> a, std::span<const double> b) {
  expect(a.size() == b.size(), "paired values have equal counts");
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
  PairedTest test;
  test.difference = summarize(differences);
  if (differences.empty()) return test;
  if (!std::ranges::all_of(differences, [](double d) { return std::isfinite(d); })) {
    test.p = std::nan("");
    return test;
  }
  const double threshold = tie_threshold(differences, std::abs(sum_of(differences)));
  test.exact = differences.size() <= kMostExactPairs;
  if (test.exact) {
    test.p = exact_p(differences, threshold, test.flips);
  } else {
    test.p = random_p(differences, threshold);
    test.flips = kRandomFlips;
  }
  return test;
}

double least_sign_flip_p(std::int64_t pairs) { return std::min(1.0, std::ldexp(2.0, -static_cast<int>(pairs))); }

std::int64_t pairs_needed(double level) {
  expect(level > 0, "a significance level is positive");
  std::int64_t pairs = 1;
  while (least_sign_flip_p(pairs) >= level) ++pairs;
  return pairs;
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [p_values](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = static_cast<double>(order.size() - rank) * p_values[order[rank]];
    largest = std::max(largest, std::min(1.0, scaled));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace seqlab
