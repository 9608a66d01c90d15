#include "experiment/progress.h"

#include "catch.h"

using namespace seqlab;

namespace {

RunningView running(double seconds, double fraction) {
  RunningView run;
  run.seconds = seconds;
  run.progress.fraction = fraction;
  return run;
}

}  // namespace

TEST_CASE("the remaining time comes from finished runs and running fractions", "[experiment][progress]") {
  ScheduleView view;
  view.queued = 4;
  CHECK_FALSE(estimate_remaining(view, std::nullopt, 2).has_value());
  CHECK(estimate_remaining(view, 10.0, 2) == Approx(20));
  CHECK(estimate_remaining(view, 10.0, 8) == Approx(10));  // four runs keep four workers busy
  view.running = {running(5, 0.5), running(1, 0)};
  // 4 * 10 queued, 5 for the first, 9 for the second, on two workers.
  CHECK(estimate_remaining(view, 10.0, 2) == Approx(27));
  // Without a finished run the first one's promise of 10 s is the length of all.
  CHECK(estimate_remaining(view, std::nullopt, 2) == Approx(27));
}

TEST_CASE("what remains is at least what the slowest run needs", "[experiment][progress]") {
  ScheduleView view;
  view.running = {running(10, 0.1), running(99, 0.99)};
  CHECK(estimate_remaining(view, 100.0, 2) == Approx(90));
  view.running = {running(200, 0)};  // longer than the mean already
  CHECK(estimate_remaining(view, 100.0, 2) == Approx(0));
}
