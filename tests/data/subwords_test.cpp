#include "data/subwords.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

std::vector<std::string> lines() {
  std::vector<std::string> all;
  for (int i = 0; i < 40; ++i) {
    all.push_back("the lower newest widest tower");
    all.push_back("a tower is the newest of towers " + std::to_string(i));
  }
  return all;
}

}  // namespace

TEST_CASE("subwords are learnt, cut any word and give the text back", "[data][subwords]") {
  for (const std::string kind : {"bpe", "unigram"}) {
    const Subwords subwords = Subwords::learn(lines(), 60, kind);
    for (const std::string text : {"the newest tower", "lowest towerest", "a", "unseen Ж letters"}) {
      CAPTURE(kind, text);
      CHECK(Subwords::join(subwords.cut(text)) == text);
    }
    CHECK(subwords.cut("tower").size() < subwords.cut("rewot").size());
    CHECK(subwords.cut("").empty());
  }
}

TEST_CASE("the same lines give the same subwords, and a model is all that is needed", "[data][subwords]") {
  const Subwords first = Subwords::learn(lines(), 60, "bpe");
  CHECK(Subwords::learn(lines(), 60, "bpe").model() == first.model());
  const Subwords again = Subwords::from_model(first.model());
  CHECK(again.cut("newest towers") == first.cut("newest towers"));
  CHECK_THROWS_AS(Subwords::from_model("no model"), EnvironmentError);
}

TEST_CASE("a size that the text does not allow is refused with the reason", "[data][subwords]") {
  CHECK_THROWS_WITH(Subwords::learn(lines(), 5, "bpe"), ContainsSubstring("data.subwords = 5 is too few"));
  CHECK_NOTHROW(Subwords::learn(std::vector<std::string>{"ab ab ba"}, 6, "bpe"));  // two letters, a start and three marks
  CHECK_THROWS_WITH(Subwords::learn(std::vector<std::string>{"ab ab ba"}, 5, "bpe"), ContainsSubstring("alone need 6"));
  CHECK_THROWS_AS(Subwords::learn(std::vector<std::string>{}, 60, "bpe"), UserError);
}
