#pragma once

// Drawing text from a language model.

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "plugin/model.h"

namespace seqlab {

struct SamplingOptions {
  double temperature = 1.0;  // scores are divided by it; 0: always the most probable token
  int top_k = 0;             // only the k most probable tokens are drawn; 0: all
};

/// A token drawn from the softmax of its scores. Ties go to the smaller id. UserError for a negative temperature or k, and
/// for no score at all.
int draw_token(std::span<const double> scores, const SamplingOptions& options, Random& random);

/// `count` tokens that follow `prompt` (at least one token), drawn one after the other.
std::vector<int> continue_text(NextTokenModel& model, Tape& tape, std::span<const int> prompt, int count,
                               const SamplingOptions& options, Random& random);

}  // namespace seqlab
