#pragma once

// Many random numbers at once.

#include <cstdint>
#include <span>

namespace seqlab {

/// The words that Random(seed, stream) gives from position 4 * first_block on, several times as fast as one by one.
void random_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t first_block, std::span<std::uint32_t> words);

}  // namespace seqlab
