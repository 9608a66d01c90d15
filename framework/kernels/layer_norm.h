#pragma once

// Rows scaled to mean 0 and variance 1 (Ba et al., 2016, "Layer Normalization").

#include <span>

#include "core/tensor.h"

namespace seqlab {

/// Of one row, kept for the way back.
struct Moments {
  double mean = 0;
  double inverse = 0;  // 1 / sqrt(variance + epsilon)
};

/// y[r] = (x[r] - mean[r]) * inverse[r] * gain + bias; gain and bias [1, N].
void layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias, double epsilon, const Tensor& y,
                std::span<Moments> moments);

/// gradient (+)= d y / d x applied to `upstream`, per row.
void layer_norm_backward(const Tensor& x, const Tensor& gain, std::span<const Moments> moments, const Tensor& upstream,
                         const Tensor& gradient, bool accumulate);

/// gain_gradient += sum over rows of upstream * normalised x, bias_gradient += sum over rows of upstream. Either may be an
/// empty Tensor.
void layer_norm_parameters(const Tensor& x, std::span<const Moments> moments, const Tensor& upstream,
                           const Tensor& gain_gradient, const Tensor& bias_gradient);

}  // namespace seqlab
