#pragma once

// Lines and columns that fit the width at hand.

#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

inline constexpr int kWholeLines = 1 << 20;  // a width that nothing reaches: for lists in a pipe, where a line is an entry

/// Each column as wide as its widest cell, three blanks apart. Where a line would be longer than `width`, the first columns
/// stay and the cells of the others are wrapped and stacked behind them; where even the first column is too wide, it has a
/// line of its own. Nothing is ever cut off: a word longer than a line stays whole. Every line begins with `indent` and ends
/// in a line feed.
std::string in_columns(const std::vector<std::vector<std::string>>& rows, std::string_view indent, int width);

/// A line broken at blanks into lines of at most `width` columns; those after the first begin with `indent`. Blanks within a
/// line stay as they are. A word that is too long for these gets a line with a small
/// indent; one that would fit no line stays where it is.
std::string folded(std::string_view line, int width, std::string_view indent);

}  // namespace seqlab
