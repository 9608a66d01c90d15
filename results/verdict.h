#pragma once

// A comparison in words: who is best and whether the seeds decide it, and what is missing.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "results/comparison.h"

namespace seqlab {

/// The variant of the best mean and those level with it, of each problem that there is a choice for, in the plan's order;
/// empty without a direction or values.
std::vector<std::size_t> best_variants(const Comparison& comparison);

/// "1 seed", "3 seeds".
std::string counted(std::int64_t count, std::string_view noun);

/// The best variant against the runner-up in words, a line for each problem; "" where there is nothing to compare.
std::string verdict(const Comparison& comparison);

/// Which runs are not done, a line each for the first ten, which are planned but not there (a line where there is a reason),
/// and done runs without a value; "" when all is there.
std::string missing_runs(const Comparison& comparison);

}  // namespace seqlab
