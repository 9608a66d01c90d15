#include "results/statistics.h"

#include <cmath>
#include <vector>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("mean, sd and Student interval of hand-checked values") {
  // 1, 2, 3, 4: mean 2.5, sd sqrt(5/3); t(3) = 3.182446305 from printed tables.
  const Summary summary = summarize(std::vector<double>{1, 2, 3, 4});
  CHECK(summary.count == 4);
  CHECK(summary.mean == Approx(2.5));
  CHECK(*summary.sd == Approx(1.2909944487358056));
  CHECK(*summary.half_width == Approx(3.182446305284263 * 1.2909944487358056 / 2));
  CHECK(summary.interval()->low == Approx(2.5 - 2.0542602567605));
  CHECK(summary.interval()->high == Approx(2.5 + 2.0542602567605));
}

TEST_CASE("a small spread on a large mean keeps its digits") {
  CHECK(*summarize(std::vector<double>{1e9 + 1, 1e9 + 2, 1e9 + 3}).sd == Approx(1.0));
}

TEST_CASE("one value has no spread, none has no mean") {
  const Summary one = summarize(std::vector<double>{0.5});
  CHECK(one.mean == 0.5);
  CHECK_FALSE(one.sd);
  CHECK_FALSE(one.interval());
  const Summary none = summarize({});
  CHECK(none.count == 0);
  CHECK(std::isnan(none.mean));
}

TEST_CASE("a NaN is not dropped in silence") {
  const Summary summary = summarize(std::vector<double>{0.5, std::nan(""), 0.7});
  CHECK(summary.count == 3);
  CHECK(std::isnan(summary.mean));
}

TEST_CASE("Student's quantiles are those of the printed tables") {
  CHECK(student_quantile(1) == Approx(12.7062).epsilon(2e-5));
  CHECK(student_quantile(2) == Approx(4.3027).epsilon(2e-5));
  CHECK(student_quantile(30) == Approx(2.0423).epsilon(2e-5));
  CHECK(student_quantile(1'000'000) == Approx(1.95997).epsilon(2e-5));
  CHECK_THROWS_AS(student_quantile(0), InternalError);
}

TEST_CASE("the sign-flip test counts all flips") {
  const std::vector<double> zeros(6, 0.0);
  // All differences positive: only the observed signs and their mirror are as extreme: 2 / 2^n.
  CHECK(sign_flip_test(std::vector<double>{1, 2, 3}, std::vector<double>{0, 0, 0}).p == Approx(0.25));
  CHECK(sign_flip_test(std::vector<double>{1, 2, 3, 4, 5, 6}, zeros).p == Approx(0.03125));
  // 3, -1, 2: |sum| = 4; of the 8 flips, sums are +-6, +-4, +-2, +-0: 4 of 8 reach 4.
  const PairedTest mixed = sign_flip_test(std::vector<double>{3, 1, 2}, std::vector<double>{0, 2, 0});
  CHECK(mixed.p == Approx(0.5));
  CHECK(mixed.exact);
  CHECK(mixed.flips == 8);
  CHECK(mixed.difference.mean == Approx(4.0 / 3.0));
}

TEST_CASE("equal differences that rounding tells apart are ties") {
  // 0.3 - 0.2 and 0.1 differ in the last bit; the flip that swaps their signs is as extreme as what was seen.
  const PairedTest test = sign_flip_test(std::vector<double>{0.3, 0.0, 0.0}, std::vector<double>{0.2, 0.1, 0.0});
  CHECK(test.p == Approx(1.0));
}

TEST_CASE("the sign-flip test at its edges") {
  CHECK(sign_flip_test({}, {}).p == 1);
  CHECK(sign_flip_test(std::vector<double>{1}, std::vector<double>{0}).p == 1);
  CHECK(sign_flip_test(std::vector<double>{1, 1}, std::vector<double>{1, 1}).p == 1);
  CHECK(std::isnan(sign_flip_test(std::vector<double>{std::nan(""), 1}, std::vector<double>{0, 0}).p));
  CHECK_THROWS_AS(sign_flip_test(std::vector<double>{1}, std::vector<double>{}), InternalError);
}

TEST_CASE("forty pairs are still tested by all flips") {
  const std::vector<double> zeros(40, 0.0);
  std::vector<double> ones(40, 1.0);
  CHECK(sign_flip_test(ones, zeros).p == std::ldexp(2.0, -40));
  // 27 ones and 13 minus ones: |sum| >= 14, that is at most 13 or at least 27 heads of 40 throws.
  for (std::size_t i = 0; i < ones.size(); ++i) ones[i] = i < 27 ? 1.0 : -1.0;
  double tail = 0;
  double term = 1;  // 40 over k
  for (int k = 0; k <= 13; ++k) {
    tail += term;
    term = term * (40 - k) / (k + 1);
  }
  const PairedTest test = sign_flip_test(ones, zeros);
  CHECK(test.p == Approx(std::ldexp(2 * tail, -40)).epsilon(1e-12));
  CHECK(test.exact);
  CHECK(test.flips == std::int64_t{1} << 40);
}

TEST_CASE("many pairs are tested by random flips and say so") {
  std::vector<double> a(44);
  const std::vector<double> b(44, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = i % 2 == 0 ? 1.0 : -1.0;
  const PairedTest even = sign_flip_test(a, b);
  CHECK_FALSE(even.exact);
  CHECK(even.p == 1.0);
  for (double& value : a) value = std::abs(value);
  CHECK(sign_flip_test(a, b).p < 1e-4);
  // 24 ones and 20 minus ones: at most 20 or at least 24 heads of 44 throws: p = 0.6516 by the binomial law.
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = i < 24 ? 1.0 : -1.0;
  CHECK(sign_flip_test(a, b).p == Approx(0.6516).margin(0.01));
  CHECK(sign_flip_test(a, b).p == sign_flip_test(a, b).p);
}

TEST_CASE("how many seeds can decide") {
  CHECK(least_sign_flip_p(5) == Approx(0.0625));
  CHECK(least_sign_flip_p(0) == 1);
  CHECK(pairs_needed(0.05) == 6);
  CHECK(pairs_needed(0.01) == 8);
}

TEST_CASE("Holm's adjustment") {
  // Sorted 0.01, 0.02, 0.03, 0.04 by 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.06.
  const std::vector<double> adjusted = holm(std::vector<double>{0.04, 0.01, 0.03, 0.02});
  CHECK(adjusted[0] == Approx(0.06));
  CHECK(adjusted[1] == Approx(0.04));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[3] == Approx(0.06));
  CHECK(holm(std::vector<double>{0.9, 0.8})[1] == 1);
  CHECK(holm({}).empty());
  const std::vector<double> without = holm(std::vector<double>{0.02, std::nan(""), 0.03});
  CHECK(without[0] == Approx(0.04));  // two tests, not three
  CHECK(std::isnan(without[1]));
}
