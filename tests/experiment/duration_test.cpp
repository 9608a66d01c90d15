#include "experiment/duration.h"

#include <limits>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;
using namespace std::chrono_literals;

TEST_CASE("durations as people write them", "[experiment][duration]") {
  CHECK(parse_duration("45s") == 45s);
  CHECK(parse_duration("30min") == 30min);
  CHECK(parse_duration("30m") == 30min);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("1h30min") == 90min);
  CHECK(parse_duration("1d 2h 3min 4s") == 26h + 3min + 4s);
  CHECK(parse_duration("0.5 h") == 30min);
  CHECK(parse_duration("1500ms") == 1500ms);
}

TEST_CASE("what is no duration is refused with the reason", "[experiment][duration]") {
  CHECK_THROWS_WITH(parse_duration(""), ContainsSubstring("it is empty"));
  CHECK_THROWS_WITH(parse_duration("30"), ContainsSubstring("a unit is missing"));
  CHECK_THROWS_WITH(parse_duration("min"), ContainsSubstring("a number should stand at 'min'"));
  CHECK_THROWS_WITH(parse_duration("3weeks"), ContainsSubstring("unknown unit 'weeks'"));
  CHECK_THROWS_WITH(parse_duration("30min1h"), ContainsSubstring("from large to small"));
  CHECK_THROWS_WITH(parse_duration("5s5s"), ContainsSubstring("from large to small"));
  CHECK_THROWS_WITH(parse_duration("0s"), ContainsSubstring("zero"));
  CHECK_THROWS_WITH(parse_duration("400d"), ContainsSubstring("365 days"));
  CHECK_THROWS_WITH(parse_duration("-5s"), ContainsSubstring("a number should stand at '-5s'"));
  CHECK_THROWS_AS(parse_duration("nan s"), UserError);
  CHECK_THROWS_AS(parse_duration("1e9h"), UserError);
}

TEST_CASE("durations are shown in at most two units", "[experiment][duration]") {
  CHECK(spoken_duration(0) == "0 s");
  CHECK(spoken_duration(std::numeric_limits<double>::quiet_NaN()) == "?");
  CHECK(spoken_duration(0.44) == "0.4 s");
  CHECK(spoken_duration(40) == "40 s");
  CHECK(spoken_duration(59.7) == "1 min");
  CHECK(spoken_duration(125) == "2 min 5 s");
  CHECK(spoken_duration(5400) == "1 h 30 min");
  CHECK(spoken_duration(3 * 86400 + 4 * 3600 + 59) == "3 d 4 h");
}
