#pragma once

#include <cstdint>

#include "data/example.h"

namespace seqlab {

/// Counted up whenever the same sizes and seed would give other sentences: part of what identifies a run.
inline constexpr int kNextWordVersion = 1;

/// A probe of agreement over a distance (after Linzen et al., 2016): a sentence begins with a noun, one or several of it,
/// and `distance` words later its verb follows, whose number (label "is" or "are") depends on that noun alone; other nouns
/// of either number stand between. As many of one number as of the other. A pure function of its arguments.
RawSplits generate_next_word(std::int64_t train_size, std::int64_t valid_size, std::int64_t test_size, std::int64_t distance,
                             std::uint64_t seed);

}  // namespace seqlab
