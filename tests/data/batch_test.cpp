#include "data/batch.h"

#include "catch.h"

using namespace seqlab;

TEST_CASE("sequences are packed time-major and padded with 0") {
  const std::vector<std::vector<int>> rows = {{5, 6, 7}, {}, {8}};
  const auto packed = pack_sequences(rows);
  CHECK(packed.steps == 3);
  CHECK(packed.batch == 3);
  CHECK(packed.lengths == std::vector<int>{3, 0, 1});
  CHECK(packed.ids == std::vector<int>{5, 0, 8, 6, 0, 0, 7, 0, 0});
  CHECK(packed.at(1, 0) == 6);
  CHECK(packed.at(0, 2) == 8);
}

TEST_CASE("nothing can be packed") {
  const auto none = pack_sequences({});
  CHECK(none.steps == 0);
  CHECK(none.batch == 0);
  CHECK(none.ids.empty());
  const std::vector<std::vector<int>> empty_rows(2);
  const auto empty = pack_sequences(empty_rows);
  CHECK(empty.steps == 0);
  CHECK(empty.batch == 2);
  CHECK(empty.lengths == std::vector<int>{0, 0});
}
