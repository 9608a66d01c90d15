#include "sequence/decoding.h"

#include <algorithm>

namespace seqlab {

std::vector<std::vector<int>> greedy(int begin, int end, std::span<const int> limits,
                                     const std::function<Var(std::span<const int>)>& step) {
  const std::size_t batch = limits.size();
  std::vector<std::vector<int>> results(batch);
  std::vector<char> finished(batch, 0);
  std::vector<int> previous(batch, begin);
  for (std::size_t b = 0; b < batch; ++b) finished[b] = limits[b] <= 0 ? 1 : 0;
  while (std::ranges::count(finished, 0) > 0) {
    const Var logits = step(previous);
    const Tensor& values = logits.value();
    for (std::size_t b = 0; b < batch; ++b) {
      if (finished[b] != 0) continue;
      const int best = with_precision(values.precision, [&](auto zero) {
        const auto* row = values.row<decltype(zero)>(static_cast<std::int64_t>(b));
        return static_cast<int>(std::max_element(row, row + values.columns()) - row);
      });
      previous[b] = best;
      if (best == end) {
        finished[b] = 1;
        continue;
      }
      results[b].push_back(best);
      if (static_cast<int>(results[b].size()) >= limits[b]) finished[b] = 1;
    }
  }
  return results;
}

}  // namespace seqlab
