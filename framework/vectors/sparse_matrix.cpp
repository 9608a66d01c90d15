#include "vectors/sparse_matrix.h"

#include <algorithm>

namespace seqlab {

std::span<const int> SparseMatrix::columns_of(std::int64_t row) const {
  const auto r = static_cast<std::size_t>(row);
  return std::span(columns).subspan(static_cast<std::size_t>(starts[r]),
                                    static_cast<std::size_t>(starts[r + 1] - starts[r]));
}

std::span<const float> SparseMatrix::values_of(std::int64_t row) const {
  const auto r = static_cast<std::size_t>(row);
  return std::span(values).subspan(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(starts[r + 1] - starts[r]));
}

float SparseMatrix::at(std::int64_t row, std::int64_t column) const {
  const auto own = columns_of(row);
  const auto found = std::ranges::lower_bound(own, static_cast<int>(column));
  return found == own.end() || *found != column ? 0.0F : values_of(row)[static_cast<std::size_t>(found - own.begin())];
}

SparseMatrix SparseMatrix::transposed() const {
  SparseMatrix other;
  other.width = rows();
  other.starts.assign(static_cast<std::size_t>(width) + 1, 0);
  for (const int column : columns) ++other.starts[static_cast<std::size_t>(column) + 1];
  for (std::size_t c = 1; c < other.starts.size(); ++c) other.starts[c] += other.starts[c - 1];
  other.columns.resize(columns.size());
  other.values.resize(values.size());
  std::vector<std::int64_t> next(other.starts.begin(), other.starts.end() - 1);
  for (std::int64_t row = 0; row < rows(); ++row) {
    for (std::int64_t cell = starts[static_cast<std::size_t>(row)]; cell < starts[static_cast<std::size_t>(row) + 1];
         ++cell) {
      const auto from = static_cast<std::size_t>(cell);
      const auto to = static_cast<std::size_t>(next[static_cast<std::size_t>(columns[from])]++);
      other.columns[to] = static_cast<int>(row);
      other.values[to] = values[from];
    }
  }
  return other;
}

}  // namespace seqlab
