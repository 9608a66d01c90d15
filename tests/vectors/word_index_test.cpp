#include "vectors/word_index.h"

#include <array>
#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"
#include "metrics/spearman.h"
#include "metrics/word_analogy.h"
#include "metrics/word_similarity.h"
#include "vectors/missing_words.h"
#include "vectors/principal_components.h"

using namespace seqlab;

namespace {

/// Royal and male are directions; "odd" lies elsewhere.
WordVectors family() {
  return {{"king", "queen", "man", "woman", "odd", "nothing"},
          3,
          {1, 1, 0, 1, -1, 0, 0.1F, 1, 0, 0.1F, -1, 0, 0, 0, 1, 0, 0, 0}};
}

}  // namespace

TEST_CASE("nearest words and analogies", "[vectors][index]") {
  const WordIndex index(family());
  CHECK(index.word(index.nearest(std::array{index.id("man")}, 1)[0].id) == "king");
  CHECK(index.nearest(std::array{0}, 100).size() == 5);
  for (const auto method : {AnalogyMethod::add, AnalogyMethod::multiply}) {
    const auto hits = index.analogy(index.id("man"), index.id("king"), index.id("woman"), method, 2);
    REQUIRE(hits.size() == 2);
    CHECK(index.word(hits[0].id) == "queen");
  }
  CHECK(index.cosine(0, 2) == Approx(1.1 / std::sqrt(2 * 1.01)));
  CHECK(index.cosine(0, 5) == 0);
  CHECK(index.id("QUEEN") == 1);
  CHECK_THROWS_WITH(index.id("womann"), ContainsSubstring("did you mean 'woman'"));
}

TEST_CASE("Spearman's rank correlation, ties included", "[metrics][spearman]") {
  CHECK(spearman(std::array{1.0, 2.0, 3.0, 4.0}, std::array{10.0, 20.0, 25.0, 99.0}) == Approx(1));
  CHECK(spearman(std::array{1.0, 2.0, 3.0}, std::array{3.0, 2.0, 1.0}) == Approx(-1));
  // scipy.stats.spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]) by hand: ranks 0 1.5 1.5 3 4 and 0 1 2.5 4 2.5
  CHECK(spearman(std::array{1.0, 2.0, 2.0, 4.0, 5.0}, std::array{5.0, 6.0, 7.0, 8.0, 7.0}) == Approx(7.25 / 9.5));
  CHECK(std::isnan(spearman(std::array{1.0, 1.0}, std::array{1.0, 2.0})));
  CHECK(std::isnan(spearman({}, {})));
}

TEST_CASE("similarity sets and analogy questions are read and judged", "[metrics][words]") {
  const ScratchFolder folder;
  const auto pairs =
      read_word_pairs(folder.write("p.csv", "word1,word2,score\nKing,man,9\nking,woman,1\nking,queen,5\nking,x,3\n"));
  const WordIndex index(family());
  const SimilarityScore score = evaluate_similarity(index, pairs);
  CHECK(score.covered == 3);
  CHECK(score.pairs == 4);
  CHECK(score.spearman == Approx(1));
  CHECK_THROWS_WITH(read_word_pairs(folder.write("q.csv", "word1,word2\na,b\n")), ContainsSubstring("score"));
  CHECK_THROWS_WITH(read_word_pairs(folder.write("r.csv", "word1,word2,score\na,b,\n")), ContainsSubstring("r.csv:2"));

  const auto questions =
      read_analogies(folder.write("a.txt", ": family\nMan King Woman Queen\nman king woman odd\n: else\na b c d\n"));
  const auto scores = evaluate_analogies(index, questions, 0);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].category == "family");
  CHECK(scores[0].covered == 2);
  CHECK(scores[0].right_add == 1);
  CHECK(scores[0].right_multiply == 1);
  CHECK(scores[1].covered == 0);
  CHECK(scores[1].questions == 1);
  CHECK(evaluate_analogies(index, questions, 3)[0].covered == 0);
  CHECK_THROWS_WITH(read_analogies(folder.write("b.txt", ": x\na b c\n")),
                    ContainsSubstring("b.txt:2: 3 words instead of four"));
}

TEST_CASE("missing words are treated as stated", "[vectors][missing]") {
  const std::vector<float> start{1, 3, 0, 0, 5, 7};
  const std::vector<char> known{1, 0, 1};
  Random random(1, "missing");
  auto values = start;
  fill_missing(values, 2, known, "zero", random);
  CHECK(values == start);
  fill_missing(values, 2, known, "mean", random);
  CHECK(values == std::vector<float>{1, 3, 3, 5, 5, 7});
  fill_missing(values, 2, known, "random", random);
  CHECK(values[2] != 3);
  std::vector<float> many(2000, 2.0F);
  std::vector<char> half(1000, 0);
  for (std::size_t i = 0; i < 500; ++i) {
    half[i] = 1;
    many[2 * i] = 4.0F;
  }
  fill_missing(many, 2, half, "random", random);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 1000; i < 2000; ++i) {
    sum += static_cast<double>(many[i]);
    squares += static_cast<double>(many[i]) * static_cast<double>(many[i]);
  }
  CHECK(sum / 1000 == Approx(3).margin(0.15));
  CHECK(std::sqrt(squares / 1000 - sum * sum / 1e6) == Approx(1).margin(0.1));
  const std::vector<char> none(1000, 0);
  CHECK_THROWS_WITH(fill_missing(many, 2, none, "random", random),
                    ContainsSubstring("none of the data's words has a vector"));
}

TEST_CASE("a map shows the directions of greatest variance", "[vectors][map]") {
  const WordVectors line{{"a", "b", "c"}, 3, {0, 0, 1, 3, 4, 1, 6, 8, 1}};
  const auto places = principal_components(line, std::array{0, 1, 2}, 2);
  CHECK(std::abs(places[0]) == Approx(5));
  CHECK(places[2] == Approx(0).margin(1e-9));
  CHECK(places[4] == Approx(-places[0]));
  for (const std::size_t i : {1U, 3U, 5U}) CHECK(places[i] == Approx(0).margin(1e-9));
  CHECK(principal_components(line, {}, 2).empty());
}
