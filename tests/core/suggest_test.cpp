#include "core/suggest.h"

#include <vector>

#include "catch.h"

using namespace seqlab;

TEST_CASE("the edit distance counts insertions, deletions, substitutions and swaps", "[core][suggest]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("lstm", "lstm") == 0);
  CHECK(edit_distance("lstm", "ltsm") == 1);
  CHECK(edit_distance("lstm", "lst") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("gru", "lstm") == 4);
}

TEST_CASE("a misspelt name finds its neighbour, a foreign one the list", "[core][suggest]") {
  const std::vector<std::string> known{"gru", "lstm", "peephole_lstm", "rnn"};
  CHECK(nearest_name("ltsm", known) == "lstm");
  CHECK(nearest_name("peephole-lstm", known) == "peephole_lstm");
  CHECK(nearest_name("transformer", known).empty());
  CHECK(suggestion("gur", known) == "did you mean 'gru'?");
  CHECK(suggestion("transformer", known) == "known: gru, lstm, peephole_lstm, rnn");
  CHECK(suggestion("anything", {}).empty());
}
