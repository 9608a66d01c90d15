#pragma once

// Vectors in training: rows of f32 that begin on a cache line, so that every row is a whole number of SIMD registers.

#include <cstdint>
#include <memory>
#include <vector>

#include "core/random.h"

namespace seqlab {

class VectorRows {
 public:
  /// Zeros. `columns` is filled up to a multiple of 16.
  VectorRows(std::int64_t rows, std::int64_t columns);
  [[nodiscard]] float* row(std::int64_t index) { return data_.get() + index * stride_; }
  [[nodiscard]] const float* row(std::int64_t index) const { return data_.get() + index * stride_; }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t columns() const { return columns_; }
  [[nodiscard]] std::int64_t stride() const { return stride_; }  // floats from row to row; those behind `columns` are 0

  /// Every number uniform in [-bound, bound).
  void fill_uniform(double bound, Random& random);
  /// The rows without what fills them up: [rows, columns].
  [[nodiscard]] std::vector<float> packed() const;

 private:
  struct Free {
    void operator()(float* memory) const;
  };
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t stride_;
  std::unique_ptr<float, Free> data_;
};

}  // namespace seqlab
