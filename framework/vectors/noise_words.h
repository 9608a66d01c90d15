#pragma once

// The noise distribution of negative sampling: words drawn in proportion to count^power (Mikolov et al., 2013: 3/4).

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"

namespace seqlab {

/// Two table look-ups a draw, whatever the vocabulary: Walker's alias method (Vose, 1991).
class NoiseWords {
 public:
  /// `counts`: [V]; words that never occur are never drawn. InternalError where none occurs.
  NoiseWords(std::span<const std::int64_t> counts, double power);
  [[nodiscard]] int draw(Random& random) const {
    const Entry& entry = entries_[static_cast<std::size_t>(random.below(static_cast<int>(entries_.size())))];
    return random.bits() < entry.threshold ? entry.own : entry.alias;
  }

 private:
  struct Entry {
    std::uint32_t threshold;  // of 2^32 - 1: below it the entry's own word is drawn
    int own;
    int alias;
  };
  std::vector<Entry> entries_;
};

}  // namespace seqlab
