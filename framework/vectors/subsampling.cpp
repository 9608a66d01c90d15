#include "vectors/subsampling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace seqlab {
namespace {

constexpr double kAll = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Subsampling::Subsampling(std::span<const std::int64_t> counts, double threshold) : always_(threshold <= 0) {
  if (always_) return;
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  for (const std::int64_t count : counts) {
    const double share = threshold * total / static_cast<double>(std::max<std::int64_t>(1, count));
    keep_.push_back(static_cast<std::uint32_t>(kAll * std::min(1.0, std::sqrt(share) + share)));
  }
}

double Subsampling::probability(int id) const { return always_ ? 1.0 : keep_[static_cast<std::size_t>(id)] / kAll; }

}  // namespace seqlab
