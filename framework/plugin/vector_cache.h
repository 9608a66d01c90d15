#pragma once

// Word vectors that took time to make are kept, so that no experiment makes the same ones twice.

#include <functional>
#include <string>

#include "vectors/word_vectors.h"

namespace seqlab {

/// The vectors kept as `key`, else those that `make` makes, which are kept where that took more than a second: in
/// $XDG_CACHE_HOME/seqlab/vectors (else ~/.cache/...). Of several processes that ask for the same key, one makes them and
/// the others wait. A file that is damaged is made anew; where nothing can be kept, all works as without a cache. `key` is a
/// hash over everything that the vectors depend on.
WordVectors cached_vectors(const std::string& key, const std::function<WordVectors()>& make);

}  // namespace seqlab
