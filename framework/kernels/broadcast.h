#pragma once

// How tensors of different shapes run through one elementwise loop. Shapes are aligned at their last dimension; a dimension
// of size 1 (or absent) is repeated: [B, 1, S, A] with [B, T, 1, A] and [A] makes [B, T, S, A].

#include <array>
#include <cstdint>
#include <span>

#include "core/tensor.h"

namespace seqlab {

/// The loop: up to three outer dimensions of rows, then columns.
struct Extent {
  std::array<std::int64_t, 3> outer{1, 1, 1};
  std::int64_t columns = 0;
  [[nodiscard]] std::int64_t rows() const { return outer[0] * outer[1] * outer[2]; }
};

/// How far an operand moves per outer index, in elements; 0 where it is repeated.
struct Steps {
  std::array<std::int64_t, 3> outer{};
  bool spread = false;  // one column serves all columns
  [[nodiscard]] std::int64_t offset(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return i * outer[0] + j * outer[1] + k * outer[2];
  }
};

/// The shape that all of `shapes` broadcast to. InternalError where two sizes disagree and neither is 1.
Shape broadcast_shape(std::span<const Tensor> tensors);

Extent extent_of(const Shape& shape);
/// How `tensor` moves through the loop over `shape`.
Steps steps_of(const Tensor& tensor, const Shape& shape);

/// True where every tensor is contiguous and has exactly this shape: the loop may then run over one long row.
bool all_flat(std::span<const Tensor> tensors, const Shape& shape);

}  // namespace seqlab
