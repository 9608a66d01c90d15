#include "data/next_word.h"

#include <algorithm>

#include "catch.h"
#include "data/text.h"

using namespace seqlab;

TEST_CASE("the first word of a probe alone decides its label", "[data][next_word]") {
  const RawSplits splits = generate_next_word(40, 10, 10, 7, 1);
  CHECK(splits.width == 0);
  CHECK(splits.test.size() == 10);
  int others = 0;
  for (const RawExample& example : splits.train) {
    const auto words = tokenise(example.text, Tokens::whitespace);
    REQUIRE(words.size() == 8);
    CHECK(example.label == (words.front().ends_with('s') ? "are" : "is"));
    others += words.back().ends_with('s') != words.front().ends_with('s') ? 1 : 0;
  }
  CHECK(others > 0);
  CHECK(std::ranges::count(splits.train, "is", &RawExample::label) == 20);
  CHECK(generate_next_word(40, 10, 10, 7, 1).train[5].text == splits.train[5].text);
  CHECK(generate_next_word(40, 10, 10, 7, 2).train[5].text != splits.train[5].text);
}
