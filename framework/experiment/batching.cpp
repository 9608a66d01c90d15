#include "experiment/batching.h"

#include <algorithm>
#include <numeric>

#include "core/random.h"

namespace seqlab {
namespace {

void cut(std::span<const int> order, int batch, std::vector<std::vector<int>>& batches) {
  const auto size = static_cast<std::size_t>(batch);
  for (std::size_t first = 0; first < order.size(); first += size) {
    const auto part = order.subspan(first, std::min(size, order.size() - first));
    batches.emplace_back(part.begin(), part.end());
  }
}

std::vector<int> all_indices(std::size_t count) {
  std::vector<int> indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

}  // namespace

std::vector<std::vector<int>> training_batches(std::span<const int> lengths, int batch, std::uint64_t seed,
                                               std::int64_t epoch) {
  constexpr std::size_t kBatchesPerPool = 50;
  std::vector<int> order = all_indices(lengths.size());
  Random random(seed, stream_of("order") + static_cast<std::uint64_t>(epoch));
  random.shuffle(order);
  std::vector<std::vector<int>> batches;
  const std::size_t pool = kBatchesPerPool * static_cast<std::size_t>(batch);
  for (std::size_t first = 0; first < order.size(); first += pool) {
    const std::span<int> part(order.data() + first, std::min(pool, order.size() - first));
    std::ranges::stable_sort(part, {}, [&](int index) { return lengths[static_cast<std::size_t>(index)]; });
    cut(part, batch, batches);
  }
  random.shuffle(batches);
  return batches;
}

std::vector<std::vector<int>> evaluation_batches(std::span<const int> lengths, int batch) {
  std::vector<int> order = all_indices(lengths.size());
  std::ranges::stable_sort(order, {}, [&](int index) { return lengths[static_cast<std::size_t>(index)]; });
  std::vector<std::vector<int>> batches;
  cut(order, batch, batches);
  return batches;
}

}  // namespace seqlab
