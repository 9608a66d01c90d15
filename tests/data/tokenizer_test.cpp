#include "data/tokenizer.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;
using Words = std::vector<std::string>;

TEST_CASE("a tokenizer cuts a line and joins it again", "[data][tokenizer]") {
  for (const Tokens tokens : {Tokens::character, Tokens::whitespace, Tokens::word}) {
    const Tokenizer tokenizer(tokens, true);
    const std::string line = tokenizer.normalised(" The  cat, it\tsleeps. ");
    CHECK(line == (tokens == Tokens::character ? "the  cat, it\tsleeps." : "the cat, it sleeps."));
    CHECK(tokenizer.join(tokenizer.cut(line)) == line);
  }
  CHECK(Tokenizer(Tokens::word, false).normalised("a<br />b") == "a b");
  CHECK_THROWS_AS(Tokenizer(Tokens::subword, false), InternalError);
}

TEST_CASE("ids are joined without the marks but <unk>", "[data][tokenizer]") {
  const Words words{"cat", ",", "dog"};
  const Vocabulary vocabulary = Vocabulary::build(std::vector<Words>{words}, 1, 0);
  const std::vector<int> ids{Vocabulary::kBegin,   vocabulary.id("cat"), vocabulary.id(","),
                             Vocabulary::kUnknown, Vocabulary::kPad,     Vocabulary::kEnd};
  CHECK(Tokenizer(Tokens::word, false).join(ids, vocabulary) == "cat, <unk>");
  CHECK(Tokenizer(Tokens::whitespace, false).join(ids, vocabulary) == "cat , <unk>");
}

TEST_CASE("what is stored makes the same tokenizer and vocabulary", "[data][tokenizer]") {
  const Words lines(30, "the newest tower is the lowest tower of towers");
  const std::vector<Tokenizer> all{Tokenizer(Tokens::word, true), Tokenizer(Tokens::character, false),
                                   Tokenizer(Subwords::learn(lines, 30, "bpe"), false)};
  for (const Tokenizer& tokenizer : all) {
    std::vector<Words> cut;
    for (const std::string& line : lines) cut.push_back(tokenizer.cut(tokenizer.normalised(line)));
    const Vocabulary vocabulary = Vocabulary::build(cut, 1, 0);
    const auto texts = stored_lines(tokenizer, vocabulary, {"a", "b\n\""});
    const Tokenizer again = Tokenizer::restore("source", texts);
    const Vocabulary known = Vocabulary::from_json(texts.at("source.vocabulary"));
    CHECK(again.cut(again.normalised("The lowest, widest")) == tokenizer.cut(tokenizer.normalised("The lowest, widest")));
    REQUIRE(known.size() == vocabulary.size());
    for (int id = 0; id < known.size(); ++id) {
      CHECK(known.token(id) == vocabulary.token(id));
      CHECK(known.count(id) == vocabulary.count(id));
    }
  }
  CHECK_THROWS_AS(Tokenizer::restore("target", {{"source.tokens", "word"}}), EnvironmentError);
  CHECK_THROWS_AS(Vocabulary::from_json("[[1]]"), EnvironmentError);
}
