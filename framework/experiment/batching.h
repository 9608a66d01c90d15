#pragma once

// Which examples make a batch: shuffled by the seed and epoch alone, rows of similar length together.

#include <cstdint>
#include <span>
#include <vector>

namespace seqlab {

/// Every index of `lengths` once, in batches of `batch` (the last of a pool may be smaller). Examples are shuffled, cut into
/// pools of some batches, sorted by length inside each pool, cut into batches, and the batches shuffled.
std::vector<std::vector<int>> training_batches(std::span<const int> lengths, int batch, std::uint64_t seed,
                                               std::int64_t epoch);

/// Every index once, sorted by length: for evaluation, where order does not matter.
std::vector<std::vector<int>> evaluation_batches(std::span<const int> lengths, int batch);

}  // namespace seqlab
