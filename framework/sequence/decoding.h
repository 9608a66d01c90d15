#pragma once

// Turning a decoder's probabilities into text.

#include <functional>
#include <span>
#include <vector>

#include "autodiff/tape.h"

namespace seqlab {

/// The most probable token at each step, row by row, until `end` or `limits[b]` tokens. `step` gets the previous ids [B] and
/// returns logits [B, V]. The results hold neither `begin` nor `end`. Ties go to the smaller id.
std::vector<std::vector<int>> greedy(int begin, int end, std::span<const int> limits,
                                     const std::function<Var(std::span<const int>)>& step);

}  // namespace seqlab
