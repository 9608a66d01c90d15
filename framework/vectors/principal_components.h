#pragma once

#include <span>
#include <vector>

#include "vectors/word_vectors.h"

namespace seqlab {

/// The rows `ids` of the vectors, less their mean, in the first `components` directions of greatest variance:
/// [ids, components] by rows. A direction's sign is such that its largest coordinate is positive. Coordinates beyond the
/// number of dimensions or of words are 0.
std::vector<double> principal_components(const WordVectors& vectors, std::span<const int> ids, int components);

}  // namespace seqlab
