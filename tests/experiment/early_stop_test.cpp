#include "experiment/early_stop.h"

#include <limits>

#include "catch.h"
#include "nn/state.h"

using namespace seqlab;

namespace {

/// The evaluation, counted from 1, at which it stops; 0: never.
int stops_at(EarlyStop stop, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    stop.see({{"loss", values[i]}, {"exact", 0.5}});
    if (stop.reached()) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace

TEST_CASE("training stops after evaluations without a better value") {
  const EarlyStop down("loss", Direction::minimum, 2, 0);
  CHECK(stops_at(down, {3, 2, 1, 0.5, 0.4}) == 0);
  CHECK(stops_at(down, {3, 2, 2, 2}) == 4);
  CHECK(stops_at(down, {3, 4, 2.9, 3, 3.1}) == 5);
  CHECK(stops_at(EarlyStop("loss", Direction::maximum, 2, 0), {3, 2, 1, 0.5}) == 3);
  CHECK(stops_at(EarlyStop("exact", Direction::maximum, 3, 0), {9, 8, 7, 6, 5}) == 4);
  CHECK(stops_at(EarlyStop("loss", Direction::minimum, 0, 0), {1, 2, 3, 4, 5, 6}) == 0);
}

TEST_CASE("a change that is too small does not count") {
  CHECK(stops_at(EarlyStop("loss", Direction::minimum, 2, 0.5), {3, 2.75, 2.5, 1}) == 3);
  CHECK(stops_at(EarlyStop("loss", Direction::minimum, 2, 0.5), {3, 2.75, 2.25, 2, 1.5}) == 0);
}

TEST_CASE("NaN is never better, and anything is better than NaN") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const EarlyStop down("loss", Direction::minimum, 2, 0);
  CHECK(stops_at(down, {nan, nan, nan}) == 3);
  CHECK(stops_at(down, {nan, 5, nan, 4, nan, 3}) == 0);
  CHECK(is_better(Direction::minimum, 5, nan));
  CHECK_FALSE(is_better(Direction::minimum, nan, 5));
  CHECK_FALSE(is_better(Direction::maximum, nan, nan));
}

TEST_CASE("early stopping goes on where it was") {
  EarlyStop first("loss", Direction::minimum, 3, 0);
  for (const double value : {2.0, 3.0, 3.0}) first.see({{"loss", value}});
  StateValues values;
  StateArchive written(StateArchive::Way::write, values);
  first.exchange(written);
  EarlyStop second("loss", Direction::minimum, 3, 0);
  StateArchive read(StateArchive::Way::read, values);
  second.exchange(read);
  CHECK_FALSE(second.reached());
  second.see({{"loss", 2.5}});
  CHECK(second.reached());
}
