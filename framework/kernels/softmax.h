#pragma once

// Softmax, over the positions that exist, and the losses on top of it.

#include <span>

#include "core/tensor.h"

namespace seqlab {

/// The positions first <= s < last that may be looked at; none where last <= first.
struct Reach {
  int first = 0;
  int last = 0;
};

/// weights[r, s] = exp(scores[r, s]) / sum over the reach of row r; 0 outside. An empty reach gives zeros. `reaches` has one
/// for every row, or one for each block of equally many rows.
void masked_softmax(const Tensor& scores, std::span<const Reach> reaches, const Tensor& weights);

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

/// The sum over the rows with targets[r] >= 0 of the mean over all columns of -log p, in nats.
double mean_cross_entropy(const Tensor& logits, std::span<const int> targets, std::span<const Normaliser> normalisers);

/// gradient[r] (+)= scale * (softmax(logits[r]) - (1 - s) one_hot(targets[r]) - s / columns) with the smoothing s, 0 where
/// targets[r] < 0. May overwrite `logits` itself.
void cross_entropy_backward(const Tensor& logits, std::span<const int> targets, std::span<const Normaliser> normalisers,
                            double scale, const Tensor& gradient, bool accumulate, double smoothing = 0);

}  // namespace seqlab
