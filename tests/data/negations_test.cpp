#include "data/negations.h"

#include "catch.h"

using namespace seqlab;

TEST_CASE("short negations are cut as Moses cuts them") {
  CHECK(moses_negations("I do n't know") == "I don 't know");
  CHECK(moses_negations("I ca n't") == "I can 't");
  CHECK(moses_negations("Did n't he , or did n't she ?") == "Didn 't he , or didn 't she ?");
}

TEST_CASE("what is no short negation of a tokenised line stays as it is") {
  for (const char* line : {"", "n't", " n't", "do n'ts", "don 't", "don't", "\" n't", "it 's", "đã n't"}) {
    CAPTURE(line);
    CHECK(moses_negations(line) == line);
  }
}
