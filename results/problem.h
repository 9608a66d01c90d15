#pragma once

// What of a comparison can be ranked: variants that solve the same problem.

#include <cstddef>
#include <string>
#include <vector>

#include "results/comparison.h"

namespace seqlab {

struct Problem {
  std::string label;                  // "length=50"; "" where no factor says what is to be solved
  std::vector<std::size_t> variants;  // indices into the whole comparison's
  Comparison comparison;              // of those variants, the factors of the label fixed
};

/// Whether the factor of this index says what is to be solved, so that its values are no choices.
bool names_problem(const Comparison& comparison, std::size_t factor);

/// The variants by the values of the factors that say what is to be solved, such as data.source or the length of a generated
/// sequence, in the plan's order.
std::vector<Problem> problems(const Comparison& comparison);

}  // namespace seqlab
