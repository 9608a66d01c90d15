#pragma once

// Softmax, over the positions that exist, and the losses on top of it.

#include <span>

#include "core/tensor.h"

namespace seqlab {

/// weights[r, s] = exp(scores[r, s]) / sum over s < lengths[r / rows_per_length]; 0 behind the length. A length of 0 gives
/// zeros.
void masked_softmax(const Tensor& scores, std::span<const int> lengths, std::int64_t rows_per_length, const Tensor& weights);

/// scores_gradient (+)= weights * (upstream - sum(weights * upstream)) per row. `upstream` and the result may be one tensor.
void softmax_backward(const Tensor& weights, const Tensor& upstream, const Tensor& scores_gradient, bool accumulate);

/// What softmax divides by, as exp(largest + log_sum). Kept apart: their sum would lose digits where logits are large.
struct Normaliser {
  double largest = 0;
  double log_sum = 0;  // log of the sum of exp(logit - largest)
};

/// Per row r with targets[r] >= 0: its normaliser, and -log p(target) added to the total that is returned, in nats.
/// `correct` counts rows whose largest logit is the target.
double cross_entropy(const Tensor& logits, std::span<const int> targets, std::span<Normaliser> normalisers,
                     std::int64_t& correct);

/// gradient[r] (+)= scale * (softmax(logits[r]) - one_hot(targets[r])), 0 where targets[r] < 0. May overwrite `logits`
/// itself.
void cross_entropy_backward(const Tensor& logits, std::span<const int> targets, std::span<const Normaliser> normalisers,
                            double scale, const Tensor& gradient, bool accumulate);

}  // namespace seqlab
