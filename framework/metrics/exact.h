#pragma once

// Exact match: a prediction is right only if it is the reference to the last byte. Both are normalised text (data/text.h),
// so neither Unicode form nor spacing counts as a difference; case and punctuation do.

#include <span>
#include <string>
#include <string_view>

namespace seqlab {

bool is_exact(std::string_view prediction, std::string_view reference);

/// Share of the predictions that are exact, 0 to 1; 0 for none at all. InternalError where the numbers differ.
double exact_share(std::span<const std::string> predictions, std::span<const std::string> references);

}  // namespace seqlab
