#pragma once

// Frequent words are passed over at random (Mikolov et al., 2013, "Distributed representations of words and phrases and
// their compositionality", as their program does it): a word of relative frequency f is kept with probability min(1, sqrt(t
// / f) + t / f).

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"

namespace seqlab {

class Subsampling {
 public:
  /// `counts`: [V] occurrences; `threshold` t, 0: every word is kept.
  Subsampling(std::span<const std::int64_t> counts, double threshold);
  [[nodiscard]] bool keep(int id, Random& random) const {
    return always_ || random.bits() <= keep_[static_cast<std::size_t>(id)];
  }
  /// Probability that an occurrence of the word is kept.
  [[nodiscard]] double probability(int id) const;

 private:
  bool always_;
  std::vector<std::uint32_t> keep_;  // [V], of 2^32 - 1
};

}  // namespace seqlab
