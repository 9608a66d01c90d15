#pragma once

// The effect of one factor: how high each of its values stands over all blocks that have every value.

#include <cstdint>
#include <string>
#include <vector>

#include "results/comparison.h"

namespace seqlab {

/// One value of the factor over the complete blocks.
struct Level {
  std::string value;
  Summary score;   // its values, block by block
  Summary effect;  // the same minus each block's mean over the factor's values: what the value itself does
};

struct Effect {
  std::size_t factor = 0;
  std::vector<std::size_t> blocked;   // factors that, with the seed, make a block
  std::vector<std::size_t> together;  // factors that vary with it, as in a [zip]: their effect is in this one
  std::vector<std::size_t> averaged;  // factors that do not apply everywhere: their values are averaged within a block
  std::vector<Level> levels;          // in the plan's order
  std::int64_t blocks = 0;            // complete ones
  std::int64_t incomplete = 0;        // blocks that lack a value of some level: left out
};

/// `name` as in find_factor (UserError). A NaN makes its level's summary NaN. NothingMatched where the factor has one value
/// alone.
Effect effect_of(const Comparison& comparison, const std::string& name);

/// For a person: heading, a row for each value, a sentence.
std::string render(const Comparison& comparison, const Effect& effect);

/// One row per value: the factor, blocks, mean, low, high, effect, effect_low, effect_high. `rounded`: as the table shows
/// them.
TextTable effect_rows(const Comparison& comparison, const Effect& effect, bool rounded = false);

}  // namespace seqlab
