#pragma once

// Co-occurrences that took time to count are kept: embeddings of the same corpus share them.

#include <functional>
#include <string>

#include "vectors/cooccurrence.h"

namespace seqlab {

/// The counts kept for this corpus of `vocabulary` words (`corpus`: a hash over its text, "" where it has none and nothing
/// is kept) and these windows, else those that `count` makes, which are kept where that took more than 3 seconds (see
/// read_or_make).
SparseMatrix cached_cooccurrences(const std::string& corpus, int vocabulary, const CooccurrenceOptions& options,
                                  const std::function<SparseMatrix()>& count);

}  // namespace seqlab
