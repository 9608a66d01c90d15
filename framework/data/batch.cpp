#include "data/batch.h"

#include <algorithm>

#include "core/error.h"

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

std::vector<int> targets_of(const IdSequences& sequences) {
  std::vector<int> targets = sequences.ids;
  for (int t = 0; t < sequences.steps; ++t) {
    for (int b = 0; b < sequences.batch; ++b) {
      if (t >= sequences.lengths[static_cast<std::size_t>(b)])
        targets[static_cast<std::size_t>(t * sequences.batch + b)] = -1;
    }
  }
  return targets;
}

VectorSequences pack_vectors(std::span<const std::span<const float>> rows, int width) {
  expect(width > 0, "a vector has at least one number");
  VectorSequences packed;
  packed.batch = static_cast<int>(rows.size());
  packed.width = width;
  const auto columns = static_cast<std::size_t>(width);
  for (const auto& row : rows) {
    expect(row.size() % columns == 0, "a row of vectors holds whole steps");
    packed.lengths.push_back(static_cast<int>(row.size() / columns));
    packed.steps = std::max(packed.steps, packed.lengths.back());
  }
  packed.values.assign(static_cast<std::size_t>(packed.steps) * rows.size() * columns, 0.0);
  for (std::size_t b = 0; b < rows.size(); ++b) {
    for (std::size_t i = 0; i < rows[b].size(); ++i) {
      packed.values[(i / columns * rows.size() + b) * columns + i % columns] = static_cast<double>(rows[b][i]);
    }
  }
  return packed;
}

}  // namespace seqlab
