#pragma once

// Many steps to one row each: over the steps that a row has.

#include <span>

#include "core/tensor.h"

namespace seqlab {

/// y[b] = mean over t < lengths[b] of x[t, b]; 0 where the length is 0. x [T, B, C], y [B, C].
void mean_over_time(const Tensor& x, std::span<const int> lengths, const Tensor& y);
/// gradient[t, b] (+)= upstream[b] / lengths[b] where t < lengths[b]; behind the length 0 is written, or nothing added.
void mean_over_time_backward(std::span<const int> lengths, const Tensor& upstream, const Tensor& gradient, bool accumulate);

/// y[b, c] = max over t < lengths[b] of x[t, b, c], the first where several are largest, and where it stands; 0 and -1 where
/// the length is 0. `steps` [B * C].
void max_over_time(const Tensor& x, std::span<const int> lengths, const Tensor& y, std::span<int> steps);
/// gradient[steps[b, c], b, c] += upstream[b, c].
void max_over_time_backward(std::span<const int> steps, const Tensor& upstream, const Tensor& gradient);

/// y[b] = x[steps[b], b], 0 where the step is -1; and the way back: gradient[steps[b], b] += upstream[b].
void at_steps(const Tensor& x, std::span<const int> steps, const Tensor& y);
void at_steps_backward(std::span<const int> steps, const Tensor& upstream, const Tensor& gradient);

}  // namespace seqlab
