#pragma once

// Parts, joins and other orders of what is there already. Slices and reshapes are views and cost nothing.

#include <array>
#include <span>

#include "autodiff/tape.h"

namespace seqlab {

/// Columns first .. first + count: [..., C] -> [..., count].
Var columns(Var x, std::int64_t first, std::int64_t count);

/// N equal groups of columns: [..., N * C] -> N of [..., C].
template <int N>
std::array<Var, N> split(Var x) {
  const std::int64_t width = x.shape().columns() / N;
  std::array<Var, N> parts;
  for (int i = 0; i < N; ++i) parts[static_cast<std::size_t>(i)] = columns(x, i * width, width);
  return parts;
}

/// Entry `index` of the outermost dimension: [T, B, C] -> [B, C]; [R, C] -> [1, C].
Var at(Var x, std::int64_t index);
/// The same numbers in another shape with equally many.
Var reshape(Var x, Shape shape);
/// Columns of the parts side by side. Linear maps take the result part by part; nothing is copied for them.
Var concat(std::initializer_list<Var> parts);
/// T of [B, C] -> [T, B, C].
Var stack(std::span<const Var> steps);
/// [A, B, C] -> [B, A, C]: time-major to batch-major and back.
Var swap_outer(Var x);

}  // namespace seqlab
