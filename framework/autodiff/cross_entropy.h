#pragma once

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

struct CrossEntropy {
  Var loss;                  // [1, 1]: sum of -log p(target) over the targets, smoothed, times the scale
  double nats = 0;           // the same sum without smoothing and scale
  std::int64_t tokens = 0;   // targets that counted
  std::int64_t correct = 0;  // of them, how many had the largest logit
};

/// Softmax cross-entropy of logits [..., V] against one target a row; rows with target < 0 do not count. The gradient of
/// `loss` takes the place of the logits where nobody else needs them. Label smoothing in [0, 1) (Szegedy et al., 2016): that
/// share of each target is spread evenly over all columns.
CrossEntropy cross_entropy(Var logits, std::span<const int> targets, double scale, double smoothing = 0);

}  // namespace seqlab
