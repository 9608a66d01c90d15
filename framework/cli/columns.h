#pragma once

// Rows of words in columns that fit a line.

#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// Each column as wide as its widest cell, three blanks apart. Where a line would be longer than `width`, the first columns stay
/// and the cells of the others are wrapped and stacked behind them; where even the first column is too wide, it has a line of
/// its own. Nothing is ever cut off: a word longer than a line stays whole. Every line begins with `indent` and ends in a line
/// feed.
std::string in_columns(const std::vector<std::vector<std::string>>& rows, std::string_view indent, int width);

}  // namespace seqlab
