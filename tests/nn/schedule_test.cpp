#include "nn/schedule.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "nn/state.h"

using namespace seqlab;

namespace {

RateScheduleOptions named(const std::string& name) {
  RateScheduleOptions options;
  options.name = name;
  return options;
}

}  // namespace

TEST_CASE("the constant schedule takes the whole rate, after warm-up") {
  CHECK(RateSchedule(named("constant"), 10, 5).share(0) == 1.0);
  RateScheduleOptions options = named("constant");
  options.warmup = 4;
  const RateSchedule schedule(options, 10, 5);
  CHECK(schedule.share(0) == 0.25);
  CHECK(schedule.share(2) == 0.75);
  CHECK(schedule.share(3) == 1.0);
  CHECK(schedule.share(4) == 1.0);
  CHECK(schedule.share(1000) == 1.0);
}

TEST_CASE("the step schedule drops at the start of an epoch") {
  RateScheduleOptions options = named("step");
  options.after = 3;
  options.every = 2;
  options.minimum = 0.2;
  const RateSchedule schedule(options, 10, 20);
  CHECK(schedule.share(29) == 1.0);
  CHECK(schedule.share(30) == 0.5);
  CHECK(schedule.share(49) == 0.5);
  CHECK(schedule.share(50) == 0.25);
  CHECK(schedule.share(70) == 0.2);  // 0.125 is below the minimum
  options.after = 0;                 // as many as `every`
  CHECK(RateSchedule(options, 10, 20).share(19) == 1.0);
  CHECK(RateSchedule(options, 10, 20).share(20) == 0.5);
}

TEST_CASE("the plateau schedule drops where evaluations stop getting better, and remembers it") {
  RateScheduleOptions options = named("plateau");
  options.factor = 0.1;
  RateSchedule schedule(options, 10, 20);
  CHECK_FALSE(schedule.see(true));
  CHECK_FALSE(schedule.see(false));
  CHECK_FALSE(schedule.see(true));
  CHECK_FALSE(schedule.see(false));
  CHECK(schedule.share(50) == 1.0);
  StateValues values;
  StateArchive written(StateArchive::Way::write, values);
  schedule.exchange(written);
  RateSchedule other(options, 10, 20);
  StateArchive read(StateArchive::Way::read, values);
  other.exchange(read);
  for (RateSchedule* each : {&schedule, &other}) {
    CHECK(each->see(false));
    CHECK(each->share(50) == Approx(0.1));
    CHECK_FALSE(each->see(false));  // counts from the drop on
    CHECK(each->see(false));
    CHECK(each->share(50) == Approx(0.01));
  }
}

TEST_CASE("the noam schedule grows linearly and falls with the root") {
  RateScheduleOptions options = named("noam");
  CHECK_THROWS_AS(RateSchedule(options, 10, 20), UserError);
  options.warmup = 400;
  const RateSchedule schedule(options, 10, 20);
  // Vaswani et al.: d^-0.5 min(step^-0.5, step warmup^-1.5), divided by its value at step = warmup.
  for (const std::int64_t step : {1, 7, 399, 400, 401, 1600, 40000}) {
    const auto s = static_cast<double>(step);
    const double paper = std::min(1.0 / std::sqrt(s), s * std::pow(400.0, -1.5));
    CHECK(schedule.share(step - 1) == Approx(paper * std::sqrt(400.0)));
  }
  CHECK(schedule.share(399) == 1.0);
}

TEST_CASE("the cosine schedule reaches its minimum at the end") {
  RateScheduleOptions options = named("cosine");
  options.warmup = 10;
  options.minimum = 0.1;
  const RateSchedule schedule(options, 10, 11);  // 110 updates, 100 after warm-up
  CHECK(schedule.share(4) == 0.5);
  CHECK(schedule.share(10) == 1.0);
  CHECK(schedule.share(60) == Approx(0.55));
  CHECK(schedule.share(35) == Approx(0.1 + 0.9 * 0.5 * (1 + std::sqrt(0.5))));
  CHECK(schedule.share(110) == Approx(0.1));
  CHECK(schedule.share(5000) == Approx(0.1));
  options.length = 60;
  CHECK(RateSchedule(options, 10, 11).share(35) == Approx(0.55));
}

TEST_CASE("an unknown schedule is refused with a suggestion") {
  CHECK_THROWS_WITH(RateSchedule(named("cosin"), 1, 1), ContainsSubstring("cosine"));
}
