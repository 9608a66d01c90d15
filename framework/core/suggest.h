#pragma once

// Did-you-mean: the nearest of some known names to a misspelt one.

#include <span>
#include <string>
#include <string_view>

namespace seqlab {

/// Number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (bytes).
int edit_distance(std::string_view a, std::string_view b);

/// The known name nearest to `word`, or "" when none is near enough to be meant.
std::string nearest_name(std::string_view word, std::span<const std::string> known);

/// "did you mean 'x'?" or "known: a, b, c" (or "" when nothing is known).
std::string suggestion(std::string_view word, std::span<const std::string> known);

}  // namespace seqlab
