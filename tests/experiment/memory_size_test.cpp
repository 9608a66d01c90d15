#include "experiment/memory_size.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("amounts of memory are read as people write them", "[experiment][memory_size]") {
  CHECK(parse_memory_size("2GB") == 2'000'000'000);
  CHECK(parse_memory_size("500 MB") == 500'000'000);
  CHECK(parse_memory_size("1.5GiB") == 1'610'612'736);
  CHECK(parse_memory_size("1TB") == 1'000'000'000'000);
  CHECK(spoken_memory_size(2'000'000'000) == "2 GB");
  CHECK(spoken_memory_size(1'610'612'736) == "1.611 GB");
  CHECK(spoken_memory_size(500'000'000) == "500 MB");
  CHECK(spoken_memory_size(12) == "12 B");
  for (const char* bad : {"", "GB", "2", "2 gb", "2GBs", "-2GB", "0.5MB", "nanGB", "1e9GB", "1000000TB"}) {
    INFO(bad);
    CHECK_THROWS_WITH(parse_memory_size(bad), ContainsSubstring("is not an amount of memory"));
  }
}
