#include "data/clipping.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seqlab {
namespace {

/// Fewer are the codes of a choice, not a quantity that has outliers.
constexpr std::ptrdiff_t kFewest = 4;

std::ptrdiff_t different_values(const std::vector<float>& sorted) {
  std::ptrdiff_t count = sorted.empty() ? 0 : 1;
  for (std::size_t i = 1; i < sorted.size() && count < kFewest; ++i) count += sorted[i] != sorted[i - 1] ? 1 : 0;
  return count;
}

}  // namespace

Clipping Clipping::fit(double share, std::span<const std::vector<float>* const> rows, int width) {
  Clipping clipping;
  if (share <= 0) return clipping;
  const auto columns = static_cast<std::size_t>(width);
  for (std::size_t c = 0; c < columns; ++c) {
    std::vector<float> known;
    for (const std::vector<float>* row : rows) {
      for (std::size_t i = c; i < row->size(); i += columns) {
        if (!std::isnan((*row)[i])) known.push_back((*row)[i]);
      }
    }
    std::ranges::sort(known);
    const bool bounded = different_values(known) >= kFewest;
    const auto at = [&](double quantile) {
      return known[static_cast<std::size_t>(std::lround(quantile * static_cast<double>(known.size() - 1)))];
    };
    clipping.low_.push_back(bounded ? at(share) : -std::numeric_limits<float>::infinity());
    clipping.high_.push_back(bounded ? at(1 - share) : std::numeric_limits<float>::infinity());
  }
  return clipping;
}

void Clipping::apply(std::vector<float>& row) const {
  for (std::size_t i = 0; !low_.empty() && i < row.size(); ++i) {
    const std::size_t c = i % low_.size();
    if (!std::isnan(row[i])) row[i] = std::clamp(row[i], low_[c], high_[c]);
  }
}

}  // namespace seqlab
