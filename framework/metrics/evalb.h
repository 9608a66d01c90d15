#pragma once

// Labelled brackets of phrase structure, as EVALB counts them (Black et al., 1991; Sekine and Collins) with the parameters
// of COLLINS.prm: the root TOP and the tags of words are no brackets, punctuation is taken out before spans are compared,
// ADVP and PRT are one label.

#include <cstdint>

#include "data/tree.h"

namespace seqlab {

struct BracketStatistics {
  std::int64_t matches = 0;
  std::int64_t said = 0;
  std::int64_t gold = 0;

  BracketStatistics& operator+=(const BracketStatistics& other);
};

/// Brackets (label, first word, last word) of a tree that are those of the gold tree, each counted once. What is punctuation
/// stands in the gold tree's tags. InternalError where the trees have not equally many words.
BracketStatistics compare_brackets(const Tree& said, const Tree& gold);

/// F1 = 2 P R / (P + R) in percent; 0 where nothing matches.
double bracket_f1(const BracketStatistics& statistics);

}  // namespace seqlab
