#include "kernels/broadcast.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace seqlab {
namespace {

/// Sizes padded with 1 on the left to four dimensions.
std::array<std::int64_t, 4> aligned(const Shape& shape) {
  std::array<std::int64_t, 4> sizes{1, 1, 1, 1};
  for (int i = 0; i < shape.size(); ++i) sizes[static_cast<std::size_t>(4 - shape.size() + i)] = shape[i];
  return sizes;
}

}  // namespace

Shape broadcast_shape(std::span<const Tensor> tensors) {
  std::array<std::int64_t, 4> sizes{1, 1, 1, 1};
  int rank = 1;
  for (const Tensor& tensor : tensors) {
    const auto own = aligned(tensor.shape);
    rank = std::max(rank, tensor.shape.size());
    for (std::size_t i = 0; i < 4; ++i) {
      if (own[i] != 1 && sizes[i] != 1 && own[i] != sizes[i]) {
        throw InternalError(fmt::format("{} does not broadcast with {}", to_text(tensor.shape), to_text(tensors[0].shape)));
      }
      if (own[i] != 1) sizes[i] = own[i];
    }
  }
  switch (rank) {
    case 1: return {sizes[3]};
    case 2: return {sizes[2], sizes[3]};
    case 3: return {sizes[1], sizes[2], sizes[3]};
    default: return {sizes[0], sizes[1], sizes[2], sizes[3]};
  }
}

Extent extent_of(const Shape& shape) {
  const auto sizes = aligned(shape);
  if (shape.size() == 2) return {{sizes[2], 1, 1}, sizes[3]};  // the outermost dimension is the one that threads share
  if (shape.size() == 3) return {{sizes[1], sizes[2], 1}, sizes[3]};
  return {{sizes[0], sizes[1], sizes[2]}, sizes[3]};
}

Steps steps_of(const Tensor& tensor, const Shape& shape) {
  const auto own = aligned(tensor.shape);
  const auto whole = aligned(shape);
  std::array<std::int64_t, 3> steps{};
  std::int64_t rows_inside = 1;
  for (int i = 2; i >= 0; --i) {
    const auto at = static_cast<std::size_t>(i);
    steps[at] = own[at] == 1 ? 0 : rows_inside * tensor.stride;
    rows_inside *= own[at];
  }
  Steps result;
  const int skipped = shape.size() == 2 ? 2 : shape.size() == 3 ? 1 : 0;
  for (int i = skipped; i < 3; ++i) result.outer[static_cast<std::size_t>(i - skipped)] = steps[static_cast<std::size_t>(i)];
  result.spread = own[3] == 1 && whole[3] != 1;
  return result;
}

bool all_flat(std::span<const Tensor> tensors, const Shape& shape) {
  return std::ranges::all_of(tensors, [&](const Tensor& t) { return t.contiguous() && t.shape == shape; });
}

}  // namespace seqlab
