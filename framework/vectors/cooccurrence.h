#pragma once

// How often words occur near each other.

#include <cstdint>

#include "vectors/corpus.h"
#include "vectors/fit_progress.h"
#include "vectors/sparse_matrix.h"

namespace seqlab {

struct CooccurrenceOptions {
  int window = 5;         // words on a side
  bool left = true;       // words before the middle one count
  bool right = true;      // words behind it do
  bool harmonic = false;  // a word at distance d counts 1 / d instead of 1
};

/// [V, V]: a row a middle word, a column a word of its window; windows end with their sentence.
///
/// A word's whole row is counted at once: its places in the text are listed first, then their windows are added up in one
/// array of V numbers that stays in the cache. So nothing is sorted or hashed, and the sums do not depend on the number of
/// threads. A corpus of which the list of places (4 bytes a word) and the words would need more than `memory_limit` bytes is
/// counted in stretches, whose rows are kept in temporary files and added up at the end.
SparseMatrix count_cooccurrences(const Corpus& corpus, const CooccurrenceOptions& options, int threads,
                                 std::int64_t memory_limit, const FitProgress& progress = {});

}  // namespace seqlab
