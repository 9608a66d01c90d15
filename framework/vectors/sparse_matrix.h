#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace seqlab {

/// The cells of a matrix that are not 0, row by row: 8 bytes each.
struct SparseMatrix {
  std::int64_t width = 0;            // columns
  std::vector<std::int64_t> starts;  // [rows + 1]: row r has the cells starts[r] .. starts[r + 1]
  std::vector<int> columns;          // [cells], ascending within a row
  std::vector<float> values;         // [cells]

  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  [[nodiscard]] std::int64_t cells() const { return static_cast<std::int64_t>(values.size()); }
  [[nodiscard]] std::span<const int> columns_of(std::int64_t row) const;
  [[nodiscard]] std::span<const float> values_of(std::int64_t row) const;
  [[nodiscard]] float at(std::int64_t row, std::int64_t column) const;  // 0 where there is no cell
  [[nodiscard]] SparseMatrix transposed() const;
};

}  // namespace seqlab
