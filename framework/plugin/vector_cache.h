#pragma once

// Word vectors that took time to make are kept, so that no experiment makes the same ones twice.

#include <functional>
#include <string>

#include "vectors/word_vectors.h"

namespace seqlab {

/// The vectors kept as `key` (see read_or_make), else those that `make` makes, which are kept where that took more than a
/// second. `key` is a hash over everything that the vectors depend on.
WordVectors cached_vectors(const std::string& key, const std::function<WordVectors()>& make);

}  // namespace seqlab
