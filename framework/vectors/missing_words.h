#pragma once

// Vectors for words of a model that no text or file knows.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace seqlab {

/// Fills the rows of `values` [rows, D] whose `known` is 0. `treatment`: "random", normal numbers with mean and standard
/// deviation of all numbers of the known rows; "mean", the mean of the known rows; "zero". UserError where no row is known:
/// such vectors are of another language, or of words cut otherwise.
void fill_missing(std::vector<float>& values, std::int64_t dimension, std::span<const char> known,
                  std::string_view treatment, Random& random);

}  // namespace seqlab
