#include "data/vocabulary.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

using Words = std::vector<std::string>;
using Sentences = std::vector<Words>;

}  // namespace

TEST_CASE("an empty vocabulary has the special tokens") {
  const Vocabulary vocabulary;
  REQUIRE(vocabulary.size() == Vocabulary::kSpecial);
  CHECK(vocabulary.token(Vocabulary::kPad) == "<pad>");
  CHECK(vocabulary.token(Vocabulary::kUnknown) == "<unk>");
  CHECK(vocabulary.token(Vocabulary::kBegin) == "<s>");
  CHECK(vocabulary.token(Vocabulary::kEnd) == "</s>");
  CHECK(vocabulary.count(Vocabulary::kUnknown) == 0);
  CHECK(vocabulary.id("word") == Vocabulary::kUnknown);
}

TEST_CASE("tokens are ordered by descending count, ties by bytes") {
  const Sentences sentences = {{"b", "c", "a"}, {"c", "đ", "z"}, {"c", "b"}};
  const auto vocabulary = Vocabulary::build(sentences, 1, 0);
  REQUIRE(vocabulary.size() == 9);
  const Words expected = {"c", "b", "a", "z", "đ"};
  for (int i = 0; i < 5; ++i) {
    CHECK(vocabulary.token(4 + i) == expected[static_cast<std::size_t>(i)]);
    CHECK(vocabulary.id(expected[static_cast<std::size_t>(i)]) == 4 + i);
  }
  CHECK(vocabulary.count(4) == 3);
  CHECK(vocabulary.count(5) == 2);
  CHECK(vocabulary.count(6) == 1);
}

TEST_CASE("rare tokens and those beyond the limit are unknown") {
  const Sentences sentences = {{"a", "a", "a", "b", "b", "c", "c", "d"}};
  const auto frequent = Vocabulary::build(sentences, 2, 0);
  CHECK(frequent.size() == 7);
  CHECK(frequent.id("d") == Vocabulary::kUnknown);
  const auto limited = Vocabulary::build(sentences, 1, 2);
  CHECK(limited.size() == 6);
  CHECK(limited.id("b") == 5);
  CHECK(limited.id("c") == Vocabulary::kUnknown);
  CHECK(Vocabulary::build(sentences, 4, 0).size() == Vocabulary::kSpecial);
}

TEST_CASE("a vocabulary of one word") {
  const auto vocabulary = Vocabulary::build(Sentences{{"yes"}}, 1, 0);
  CHECK(vocabulary.size() == 5);
  const std::vector<int> ids = vocabulary.encode(Words{"yes", "no", "yes"});
  CHECK(ids == std::vector<int>{4, 1, 4});
  CHECK(vocabulary.decode(ids, " ") == "yes <unk> yes");
}

TEST_CASE("text cannot forge a mark") {
  const auto vocabulary = Vocabulary::build(Sentences{{"</s>", "<s>", "<pad>", "<unk>", "a"}}, 1, 0);
  CHECK(vocabulary.size() == 5);
  CHECK(vocabulary.encode(Words{"</s>", "<s>", "<pad>", "<unk>", "a"}) == std::vector<int>{1, 1, 1, 1, 4});
}

TEST_CASE("decoding leaves out special tokens but the unknown one") {
  const auto vocabulary = Vocabulary::build(Sentences{{"x", "y"}}, 1, 0);
  const std::vector<int> ids = {Vocabulary::kBegin, 4, Vocabulary::kUnknown, 5, Vocabulary::kEnd, Vocabulary::kPad};
  CHECK(vocabulary.decode(ids, " ") == "x <unk> y");
  CHECK(vocabulary.decode(ids, "") == "x<unk>y");
  CHECK(vocabulary.decode(std::vector<int>{}, " ").empty());
}

TEST_CASE("an id outside the vocabulary is our own bug") {
  const Vocabulary vocabulary;
  CHECK_THROWS_AS(vocabulary.token(-1), InternalError);
  CHECK_THROWS_AS(vocabulary.token(4), InternalError);
  CHECK_THROWS_AS(vocabulary.count(4), InternalError);
  CHECK_THROWS_AS(vocabulary.decode(std::vector<int>{9}, ""), InternalError);
}

TEST_CASE("a copied vocabulary stands on its own") {
  auto original = Vocabulary::build(Sentences{{"a", "b"}}, 1, 0);
  const Vocabulary copy = original;
  original = Vocabulary();
  CHECK(copy.id("b") == 5);
  CHECK(copy.token(4) == "a");
}
