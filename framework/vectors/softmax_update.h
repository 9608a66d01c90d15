#pragma once

// Word prediction as the textbook writes it: a softmax over the whole vocabulary. Its cost grows with the vocabulary, so it
// is for small ones.

#include <cstdint>
#include <span>
#include <vector>

#include "vectors/vector_rows.h"

namespace seqlab {

class SoftmaxUpdate {
 public:
  /// `outputs`: [V, D], one row a word; `counts`: [V], words that never occur are no candidates.
  SoftmaxUpdate(VectorRows& outputs, std::span<const std::int64_t> counts);

  /// One step of gradient descent on -sum over `targets` of log softmax(outputs . input)[target]. Gives back that sum as it
  /// was before.
  double operator()(float* input, std::span<const int> targets, float rate);

 private:
  VectorRows& outputs_;
  std::vector<int> words_;      // the candidates
  std::vector<float> scores_;   // [candidates]
  std::vector<float> targets_;  // [V], how often each is a target
  std::vector<float> change_;   // [D]
};

}  // namespace seqlab
