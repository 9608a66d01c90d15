#include "data/batch.h"

#include <algorithm>

namespace seqlab {

IdSequences pack_sequences(std::span<const std::vector<int>> rows) {
  IdSequences packed;
  packed.batch = static_cast<int>(rows.size());
  for (const auto& row : rows) {
    packed.lengths.push_back(static_cast<int>(row.size()));
    packed.steps = std::max(packed.steps, packed.lengths.back());
  }
  packed.ids.assign(static_cast<std::size_t>(packed.steps) * rows.size(), 0);
  for (std::size_t b = 0; b < rows.size(); ++b) {
    for (std::size_t t = 0; t < rows[b].size(); ++t) packed.ids[t * rows.size() + b] = rows[b][t];
  }
  return packed;
}

}  // namespace seqlab
