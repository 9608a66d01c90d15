#include "results/problem.h"

#include "catch.h"
#include "fixture.h"
#include "results/comparison_table.h"
#include "results/verdict.h"

using namespace seqlab;
using namespace seqlab::test;

TEST_CASE("variants are ranked within what they solve, not across it") {
  auto lengths = comparison(
      {"length", "cell"},
      {variant({std::int64_t{20}, word("lstm")}, {0.9, 0.8}), variant({std::int64_t{20}, word("gru")}, {0.95, 0.85}),
       variant({std::int64_t{50}, word("lstm")}, {0.5, 0.4}), variant({std::int64_t{50}, word("gru")}, {0.3, 0.2})});
  lengths.factors[0] = "data.length";
  const std::string text = render(lengths, {});
  CHECK_THAT(text, ContainsSubstring("<- best: gru\n"));
  CHECK_THAT(text, ContainsSubstring("<- best: lstm\n"));
  CHECK_THAT(text, ContainsSubstring("\n\nlength=20: gru is best: 0.05 +-0.00 above lstm (paired over 2 seeds,"));
  CHECK_THAT(text, ContainsSubstring("\nlength=50: lstm is best: 0.20 +-0.00 above gru"));

  lengths.variants.erase(lengths.variants.begin(), lengths.variants.begin() + 1);  // one cell alone at length 20
  CHECK(verdict(lengths).starts_with("length=50: lstm is best"));
  CHECK(best_variants(lengths) == std::vector<std::size_t>{1});
  lengths.variants.pop_back();
  CHECK(verdict(lengths).empty());
  CHECK(best_variants(lengths).empty());
  lengths.fixed = {0};  // by --only: one problem
  CHECK(best_variants(lengths) == std::vector<std::size_t>{0});
}

TEST_CASE("what stands at the leaves of a tree is a choice where the tree is judged") {
  auto leaves = comparison({"leaves"}, {variant({word("tag")}, {0.7, 0.8}), variant({word("mark")}, {0.5, 0.6})});
  leaves.factors[0] = "data.leaves";
  leaves.metric = "valid/bracket_f1";
  CHECK(!verdict(leaves).empty());
  leaves.metric = "valid/bleu";
  CHECK(verdict(leaves).empty());
}

TEST_CASE("what a token is is a choice, but not of a mean over tokens") {
  auto tokens = comparison({"tokens"}, {variant({word("character")}, {3.0, 3.1}), variant({word("word")}, {100.0, 101.0})});
  tokens.factors[0] = "data.tokens";
  tokens.maximize = false;
  tokens.metric = "valid/perplexity";
  CHECK(verdict(tokens).empty());
  tokens.metric = "valid/chrf";
  CHECK(!verdict(tokens).empty());
}
