#include "results/number_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace seqlab {

NumberStyle::NumberStyle(const std::vector<Summary>& summaries) {
  double scale = 0;
  double least = 0;  // smallest interval that is not zero
  for (const auto& summary : summaries) {
    if (summary.count == 0 || !std::isfinite(summary.mean)) continue;
    scale = std::max(scale, std::abs(summary.mean));
    const double half = summary.half_width.value_or(0);
    const bool counts =
        std::isfinite(half) && half > 1e-12 * std::abs(summary.mean);  // equal values but for rounding: no spread
    if (counts && (least == 0 || half < least)) least = half;
  }
  scientific_ = (scale > 0 && scale < 1e-3) || scale >= 1e6;
  struct Range {
    double up_to;
    int fewest, usual, most;
  };
  static constexpr Range kRanges[] = {{1.0, 2, 3, 4}, {100.0, 1, 2, 3}, {1000.0, 0, 1, 2}, {1e6, 0, 0, 1}};
  const auto* range = std::ranges::find_if(kRanges, [scale](const Range& r) { return scale <= r.up_to; });
  if (range == std::end(kRanges)) range = &kRanges[3];
  // Two digits of the interval; a little slack keeps 0.1 from counting as 0.0999.
  decimals_ = least > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(least) - 1e-9)) + 1, range->fewest, range->most)
                        : range->usual;
}

std::string NumberStyle::operator()(double value) const {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  return scientific_ ? fmt::format("{:.3g}", value) : fmt::format("{:.{}f}", value, decimals_);
}

}  // namespace seqlab
