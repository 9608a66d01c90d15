#pragma once

// The rows of a sparse matrix in a temporary file, read back one after the other.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vectors/sparse_matrix.h"

namespace seqlab {

class CellRun {
 public:
  explicit CellRun(const SparseMatrix& matrix);
  ~CellRun();
  CellRun(CellRun&& other) noexcept;
  CellRun& operator=(CellRun&&) = delete;

  /// visit(column, value) for each cell of the next row.
  template <class Visit>
  void next_row(Visit&& visit) {
    for (std::uint32_t left = lengths_[row_++]; left > 0; --left) {
      if (used_ == ready_.size()) refill();
      visit(ready_[used_].column, ready_[used_].value);
      ++used_;
    }
  }

 private:
  struct Cell {
    int column;
    float value;
  };
  void refill();
  int file_;
  std::int64_t cells_ = 0;  // in the file
  std::int64_t read_ = 0;
  std::vector<std::uint32_t> lengths_;  // of the rows
  std::size_t row_ = 0;
  std::vector<Cell> ready_;
  std::size_t used_ = 0;
};

}  // namespace seqlab
