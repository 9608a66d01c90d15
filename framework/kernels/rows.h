#pragma once

// Moving and adding rows. All tensors have the same precision and columns.

#include <cstdint>
#include <span>

#include "core/tensor.h"

namespace seqlab {

void copy_rows(const Tensor& from, const Tensor& to);
void add_rows(const Tensor& from, const Tensor& to);        // to += from
void set_each_row(const Tensor& row, const Tensor& to);     // to[r] = row
void add_to_each_row(const Tensor& row, const Tensor& to);  // to[r] += row
/// to[c] (+)= sum over r of from[r, c]
void sum_rows(const Tensor& from, const Tensor& to, bool accumulate);
/// to[r] (+)= table[ids[r]]
void gather_rows(const Tensor& table, std::span<const int> ids, const Tensor& to, bool accumulate);
/// [T, B, C] -> [B, T, C]: to[b * T + t] (+)= from[t * B + b]
void swap_outer(const Tensor& from, std::int64_t outer, std::int64_t inner, const Tensor& to, bool accumulate);
/// sum of squares of all elements, in double
double sum_of_squares(const Tensor& tensor);

}  // namespace seqlab
