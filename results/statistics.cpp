#include "results/statistics.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace seqlab {
namespace {

constexpr std::size_t kMostExactPairs = 40;
constexpr std::int64_t kRandomFlips = 100'000;

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Sums that are equal but for rounding count as ties.
double tie_threshold(std::span<const double> differences, double observed) {
  double scale = 0;
  for (const double d : differences) scale += std::abs(d);
  return observed - 1e-12 * scale;
}

/// All 2^n signed sums of the values in rising order: each value doubles the list, by a merge of the two halves.
std::vector<double> signed_sums(std::span<const double> values) {
  std::vector<double> sums{0.0};
  for (const double value : values) {
    const double shift = std::abs(value);
    std::vector<double> lower = sums;
    for (double& sum : lower) sum -= shift;
    for (double& sum : sums) sum += shift;
    std::vector<double> merged(2 * sums.size());
    std::ranges::merge(lower, sums, merged.begin());
    sums = std::move(merged);
  }
  return sums;
}

/// Share of all sign flips whose absolute sum is at least `threshold` > 0. The flips of the first half of the differences
/// meet those of the second: 2^(n/2) steps instead of 2^n (Horowitz and Sahni, 1974).
double exact_p(std::span<const double> differences, double threshold) {
  const std::size_t half = differences.size() / 2;
  const std::vector<double> left = signed_sums(differences.first(half));
  const std::vector<double> right = signed_sums(differences.subspan(half));
  std::size_t first = right.size();  // the first of `right` that reaches the threshold with the current one of `left`
  double hits = 0;                   // counts below 2^53 are exact
  for (const double sum : left) {
    while (first > 0 && sum + right[first - 1] >= threshold) --first;
    hits += static_cast<double>(right.size() - first);
  }
  return std::ldexp(2 * hits, -static_cast<int>(differences.size()));  // both ends: the flips are symmetric
}

/// Eight signs at a time from a table of their sums.
double random_p(std::span<const double> differences, double threshold) {
  constexpr std::size_t kGroup = 8;
  std::vector<std::array<double, 1U << kGroup>> tables((differences.size() + kGroup - 1) / kGroup);
  for (std::size_t g = 0; g < tables.size(); ++g) {
    const auto group = differences.subspan(g * kGroup, std::min(kGroup, differences.size() - g * kGroup));
    for (std::size_t signs = 0; signs < tables[g].size(); ++signs) {
      double sum = 0;
      for (std::size_t i = 0; i < group.size(); ++i) sum += ((signs >> i) & 1U) != 0 ? -group[i] : group[i];
      tables[g][signs] = sum;
    }
  }
  Random random(1, "sign_flip_test");
  std::int64_t hits = 0;
  for (std::int64_t flip = 0; flip < kRandomFlips; ++flip) {
    double sum = 0;
    std::uint32_t bits = 0;
    for (std::size_t g = 0; g < tables.size(); ++g, bits >>= kGroup) {
      if (g % 4 == 0) bits = random.bits();
      sum += tables[g][bits & 255U];
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
    test.p = threshold > 0 ? exact_p(differences, threshold) : 1;
    test.flips = std::int64_t{1} << differences.size();
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
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [p_values](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size(), std::nan(""));
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = static_cast<double>(order.size() - rank) * p_values[order[rank]];
    largest = std::max(largest, std::min(1.0, scaled));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace seqlab
