#include "metrics/forecast.h"

#include <cmath>
#include <vector>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("errors of a forecast, and as a multiple of persistence's", "[metrics][forecast]") {
  const std::vector<double> truth{2, 4, 4, 1}, last{1, 5, 4, 3}, said{2, 3, 5, 2};
  CHECK(mean_absolute_error(said, truth) == Approx(0.75));
  CHECK(root_mean_squared_error(said, truth) == Approx(std::sqrt(0.75)));
  CHECK(scaled_error(said, truth, last) == Approx(0.75));  // persistence: 1 + 1 + 0 + 2 of 4
  CHECK(scaled_error(last, truth, last) == 1);
  CHECK_THROWS_AS(scaled_error(said, truth, truth), InternalError);
}

TEST_CASE("the direction counts among the steps that change", "[metrics][forecast]") {
  const std::vector<double> truth{2, 4, 4, 1}, last{1, 5, 4, 3};
  CHECK(direction_share(std::vector<double>{2, 6, 9, 0}, truth, last) == Approx(2.0 / 3));
  CHECK(direction_share(last, truth, last) == 0);  // no change foretold is never right
  CHECK(direction_share(last, last, last) == 0);
}
