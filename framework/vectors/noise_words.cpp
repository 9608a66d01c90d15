#include "vectors/noise_words.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace seqlab {

NoiseWords::NoiseWords(std::span<const std::int64_t> counts, double power) {
  constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();
  std::vector<double> shares;
  double total = 0;
  for (std::size_t id = 0; id < counts.size(); ++id) {
    if (counts[id] == 0) continue;
    entries_.push_back({kAll, static_cast<int>(id), static_cast<int>(id)});
    shares.push_back(std::pow(static_cast<double>(counts[id]), power));
    total += shares.back();
  }
  expect(!entries_.empty(), "a word occurs");
  for (double& share : shares) share *= static_cast<double>(entries_.size()) / total;
  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (std::size_t i = 0; i < shares.size(); ++i) (shares[i] < 1 ? small : large).push_back(i);
  while (!small.empty() && !large.empty()) {
    const std::size_t low = small.back();
    const std::size_t high = large.back();
    small.pop_back();
    entries_[low].threshold = static_cast<std::uint32_t>(shares[low] * static_cast<double>(kAll));
    entries_[low].alias = entries_[high].own;
    shares[high] -= 1 - shares[low];
    if (shares[high] >= 1) continue;
    large.pop_back();
    small.push_back(high);
  }
}

}  // namespace seqlab
