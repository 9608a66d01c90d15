#include "metrics/evalb.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

BracketStatistics compare(const std::string& said, const std::string& gold) {
  return compare_brackets(read_tree(said, "said"), read_tree(gold, "gold"));
}

}  // namespace

TEST_CASE("brackets are compared by label and span", "[metrics][evalb]") {
  const std::string gold = "(TOP (S (NP (DT the) (NN cat)) (VP (VBD sat) (PP (IN on) (NP (NN mats)))) (. .)))";
  const BracketStatistics same = compare(gold, gold);
  CHECK(same.gold == 5);
  CHECK(same.matches == 5);
  CHECK(bracket_f1(same) == Approx(100));

  // NP is wider, PP lacks: S, NP(mats), VP right of 4 said.
  const BracketStatistics other =
      compare("(TOP (S (NP (XX the) (XX cat)) (NP (XX sat) (XX on) (NP (XX mats))) (XX .)))", gold);
  CHECK(other.said == 4);
  CHECK(other.matches == 3);
  CHECK(bracket_f1(other) == Approx(200.0 * 3 / 9));
}

TEST_CASE("punctuation, tags and the root do not count, ADVP is PRT, and doubled brackets count twice", "[metrics][evalb]") {
  CHECK(
      compare("(TOP (S (NP (XX a)) (XX ,) (VP (XX b) (XX .))))", "(TOP (S (NP (DT a) (, ,)) (VP (VB b)) (. .)))").matches ==
      3);
  CHECK(compare("(TOP (ADVP (XX a)))", "(TOP (PRT (RP a)))").matches == 1);
  const BracketStatistics twice = compare("(TOP (NP (NP (XX a))))", "(TOP (NP (NN a)))");
  CHECK(twice.said == 2);
  CHECK(twice.matches == 1);
  const BracketStatistics point = compare("(TOP (NP (XX .)))", "(TOP (NP (. .)))");
  CHECK(point.gold == 0);
  CHECK(bracket_f1(point) == 0);
  CHECK_THROWS_AS(compare("(NP (XX a))", "(NP (NN a) (NN b))"), InternalError);
}
