#pragma once

// How alike two words are by their vectors, held against what people say.

#include <filesystem>
#include <string>
#include <vector>

#include "vectors/word_index.h"

namespace seqlab {

struct WordPair {
  std::string first;
  std::string second;
  double score = 0;  // of people: the more alike, the higher
};

/// A CSV or TSV file with the columns word1, word2 and score. UserError naming file, line and remedy.
std::vector<WordPair> read_word_pairs(const std::filesystem::path& file);

struct SimilarityScore {
  double spearman = 0;  // between cosines and people's scores, over the covered pairs; NaN where they are too few
  int covered = 0;      // pairs of which both words have a vector
  int pairs = 0;
};

/// A word is looked up as it is, then in lower case.
SimilarityScore evaluate_similarity(const WordIndex& index, const std::vector<WordPair>& pairs);

}  // namespace seqlab
