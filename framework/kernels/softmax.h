#pragma once

// Softmax, over the positions that exist, and the losses on top of it.

#include <span>

#include "core/tensor.h"

namespace seqlab {

/// weights[r, s] = exp(scores[r, s]) / sum over s < lengths[r / rows_per_length]; 0 behind the length. A length of 0 gives zeros.
void masked_softmax(const Tensor& scores, std::span<const int> lengths, std::int64_t rows_per_length, const Tensor& weights);

/// scores_gradient (+)= weights * (upstream - sum(weights * upstream)) per row. `upstream` and the result may be one tensor.
void softmax_backward(const Tensor& weights, const Tensor& upstream, const Tensor& scores_gradient, bool accumulate);

/// Per row r with targets[r] >= 0: log sum exp of the row into `normalisers` and -log p(target) added to the total that is returned,
/// in nats. `correct` counts rows whose largest logit is the target.
double cross_entropy(const Tensor& logits, std::span<const int> targets, std::span<double> normalisers, std::int64_t& correct);

/// gradient[r] (+)= scale * (softmax(logits[r]) - one_hot(targets[r])), 0 where targets[r] < 0. May overwrite `logits` itself.
void cross_entropy_backward(const Tensor& logits, std::span<const int> targets, std::span<const double> normalisers, double scale,
                            const Tensor& gradient, bool accumulate);

}  // namespace seqlab
