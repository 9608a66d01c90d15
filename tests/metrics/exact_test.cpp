#include "metrics/exact.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("exact match is to the last byte") {
  CHECK(is_exact("2005-04-03", "2005-04-03"));
  CHECK(is_exact("", ""));
  CHECK_FALSE(is_exact("2005-04-03", "2005-04-3"));
  CHECK_FALSE(is_exact("Yes", "yes"));
  CHECK_FALSE(is_exact("yes", "yes "));
}

TEST_CASE("the share of exact predictions") {
  using Texts = std::vector<std::string>;
  CHECK(exact_share(Texts{"a", "b", "c", "d"}, Texts{"a", "x", "c", "y"}) == 0.5);
  CHECK(exact_share(Texts{"a"}, Texts{"a"}) == 1.0);
  CHECK(exact_share(Texts{}, Texts{}) == 0.0);
  CHECK_THROWS_AS(exact_share(Texts{"a"}, Texts{}), InternalError);
}
