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

TEST_CASE("a shared scale keeps the sizes of the features of a block beside each other", "[data][scaling]") {
  const std::vector<float> a{0, 10, 7, 7}, b{2, 18, 7, 7};
  const std::vector<const std::vector<float>*> rows{&a, &b};
  const Scaling all = Scaling::fit("shared", rows, 4);
  CHECK(all.scaled(2, 0) == Approx(1 / std::sqrt(17.0 / 4)));
  CHECK(all.scaled(18, 1) == Approx(4 / std::sqrt(17.0 / 4)));
  CHECK(all.scaled(8, 2) == Approx(1 / std::sqrt(17.0 / 4)));
  const Scaling halves = Scaling::fit("shared", rows, 4, 2);
  CHECK(halves.scaled(2, 0) == Approx(1 / std::sqrt(17.0 / 2)));
  CHECK(halves.scaled(8, 3) == 1);  // a block that never changes
}
