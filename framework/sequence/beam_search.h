#pragma once

// Beam search (Graves, 2012; Sutskever et al., 2014): of every sentence the K most probable beginnings are carried on side
// by side, all sentences of a batch in one step.

#include "sequence/decoding.h"

namespace seqlab {

struct BeamOptions {
  int beam = 5;                   // K, >= 1
  int best = 1;                   // how many texts of each sentence are wanted, 1..K
  double length_penalty = 1.0;    // alpha, >= 0; 0: texts are ranked by their probability alone, which favours short ones
  double coverage_penalty = 0.0;  // beta, >= 0; needs a model that looks at its source
  /// A sentence is done once K of its texts have ended. Otherwise only once no beginning can become better than the `best`
  /// texts found; that is exact for this beam, and slower.
  bool early_finish = true;
  bool keep_weights = false;
};

/// A text is ranked by log P / ((5 + n) / 6)^alpha + beta sum_s log(min(1, sum_t weight[t, s])), n tokens with the end mark
/// (Wu et al., 2016, section 7; a sum below 1e-4 counts as that). Texts without an end mark are those that reached the
/// limit; they are ranked as they stand. A beginning ends where the end mark is among the K best continuations of its
/// sentence.
/// -> for each sentence the best texts, best first: one at least.
std::vector<std::vector<Hypothesis>> beam_search(DecodingTapes& tapes, const DecoderState& start, const DecoderStep& step,
                                                 const DecodingBounds& bounds, const BeamOptions& options);

}  // namespace seqlab
