#pragma once

#include <span>

#include "autodiff/tape.h"

namespace seqlab {

struct CrossEntropy {
  Var loss;                  // [1, 1]: sum of -log p(target) over the targets, times the scale
  double nats = 0;           // the same sum without the scale
  std::int64_t tokens = 0;   // targets that counted
  std::int64_t correct = 0;  // of them, how many had the largest logit
};

/// Softmax cross-entropy of logits [..., V] against one target a row; rows with target < 0 do not count. The gradient of
/// `loss` takes the place of the logits where nobody else needs them.
CrossEntropy cross_entropy(Var logits, std::span<const int> targets, double scale);

}  // namespace seqlab
