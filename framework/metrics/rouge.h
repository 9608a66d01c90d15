#pragma once

// ROUGE-L (Lin, 2004, "ROUGE: a package for automatic evaluation of summaries"): with L the length of the longest common
// subsequence of the tokens, F1 of L / |hypothesis| and L / |reference|. No stemming; tokens as for BLEU.

#include <span>
#include <string>
#include <string_view>

#include "metrics/bleu_tokens.h"

namespace seqlab {

/// 0 to 100; 0 where either side has no token.
double sentence_rouge_l(std::string_view hypothesis, std::string_view reference, BleuTokens tokens);

/// The mean over the sentences; 0 for none. InternalError where the numbers differ.
double corpus_rouge_l(std::span<const std::string> hypotheses, std::span<const std::string> references, BleuTokens tokens);

}  // namespace seqlab
