#include "data/scaling.h"

#include <cmath>
#include <limits>

#include "catch.h"

using namespace seqlab;

namespace {
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
}

TEST_CASE("a scale is that of the rows it was learnt from, without what is missing", "[data][scaling]") {
  const std::vector<float> a{1, 10, 3, kMissing}, b{5, 10};
  const std::vector<const std::vector<float>*> rows{&a, &b};
  const Scaling standard = Scaling::fit("standard", rows, 2);
  CHECK(standard.scaled(3, 0) == Approx(0));
  CHECK(standard.scaled(5, 0) == Approx(2 / std::sqrt(8.0 / 3)));
  CHECK(standard.scaled(10, 1) == 0);  // never changes
  CHECK(standard.original(standard.scaled(7, 0), 0) == Approx(7));
  const Scaling range = Scaling::fit("range", rows, 2);
  std::vector<float> row{3, 11};
  range.apply(row);
  CHECK(row == std::vector<float>{0.5, 1});
  CHECK(Scaling::fit("none", rows, 2).scaled(3, 0) == 3);
}

TEST_CASE("a missing number is the last measured one, with a mark", "[data][scaling]") {
  const std::vector<float> row{kMissing, 1, 2, kMissing, kMissing, 3};
  CHECK(carry_forward(row, 2) == std::vector<float>{0, 1, 0, 1, 2, 1, 1, 0, 2, 3, 0, 1});
}
