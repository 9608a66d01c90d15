#include "data/natural_order.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"

using namespace seqlab;

TEST_CASE("steps come in the order in which a person sorts them", "[data][natural_order]") {
  const std::vector<std::pair<std::string, std::string>> rising{{"9", "10"},
                                                                {"-2", "-1.5"},
                                                                {"1e2", "150"},
                                                                {"1700000000000000000", "1700000000000000100"},
                                                                {"2026-01-31", "2026-02-01"},
                                                                {"2026-1-9", "2026-1-10"},
                                                                {"9:50", "10:00"},
                                                                {"week 9", "week 10"},
                                                                {"a", "b"},
                                                                {"a", "a1"},
                                                                {"", "a"}};
  for (const auto& [earlier, later] : rising) {
    INFO(earlier << " " << later);
    CHECK(comes_before(earlier, later));
    CHECK_FALSE(comes_before(later, earlier));
    CHECK_FALSE(comes_before(earlier, earlier));
  }
  CHECK_FALSE(comes_before("010", "10"));  // the same number
  CHECK_FALSE(comes_before("10", "010"));
}
