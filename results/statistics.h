#pragma once

// What a table of experiments may say about seeds: mean, spread, Student's interval, exact paired tests.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace seqlab {

/// A 95 % confidence interval of a mean (Student, two-sided).
struct Interval {
  double low = 0;
  double high = 0;
};

struct Summary {
  std::int64_t count = 0;
  double mean = 0;                   // NaN of no values
  std::optional<double> sd;          // sample standard deviation (n - 1); nothing for fewer than two values
  std::optional<double> half_width;  // of the 95 % interval; nothing for fewer than two values
  [[nodiscard]] std::optional<Interval> interval() const;
};

/// Two-pass. A NaN among the values makes mean, sd and half_width NaN.
Summary summarize(std::span<const double> values);

/// The 0.975 quantile of Student's t.
double student_quantile(std::int64_t degrees_of_freedom);

struct PairedTest {
  Summary difference;  // of a[i] - b[i]
  double p = 1;        // two-sided, H0: the sign of every difference is a coin's
  bool exact = true;   // all 2^n sign flips; else a Monte Carlo estimate over `flips` of them
  std::int64_t flips = 0;
};

/// Sign-flip (Fisher-Pitman) test of paired values, on the absolute sum of the differences. Exact up to 40 pairs; beyond,
/// 100,000 random flips with a fixed seed, p = (hits + 1) / (flips + 1) (Phipson and Smyth, 2010). The spans have equal
/// lengths. Without pairs p is 1; with NaN or infinite differences p is NaN.
PairedTest sign_flip_test(std::span<const double> a, std::span<const double> b);

/// The least p that the exact test can give for n pairs, 2 / 2^n: whether so few seeds can decide at all.
double least_sign_flip_p(std::int64_t pairs);
/// The fewest pairs whose least p is below `level`: 6 for 0.05.
std::int64_t pairs_needed(double level);

/// Holm's step-down adjustment (1979): family-wise p-values in the order given, each at most 1. A NaN stays one and counts
/// for no test.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace seqlab
