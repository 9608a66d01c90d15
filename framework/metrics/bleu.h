#pragma once

// BLEU-4 with one reference (Papineni et al., 2002, "BLEU: a method for automatic evaluation of machine translation"),
// number for number what sacreBLEU 2 gives (Post, 2018) with smoothing "exp" and case kept, for each of its
// tokenisations (bleu_tokens.h).
// Scores are 0 to 100. With matches m_n of totals t_n for n = 1..4 and lengths h (hypotheses) and r (references):
//   p_n  = 100 m_n / t_n, or where m_n = 0 smoothed: 100 / (2^k t_n) at the k-th such n
//   BLEU = min(1, exp(1 - r / h)) * exp(1/4 sum_n ln p_n)
// and 0 where nothing matches at all or, for a corpus, where no hypothesis is 4 tokens long (t_4 = 0).

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "metrics/bleu_tokens.h"

namespace seqlab {

constexpr int kBleuOrder = 4;

/// What BLEU needs to know of a corpus; that of two corpora together is the sum.
struct BleuStatistics {
  std::array<std::int64_t, kBleuOrder> matches{};  // n-grams of the hypotheses found in their references, clipped
  std::array<std::int64_t, kBleuOrder> totals{};   // n-grams of the hypotheses
  std::int64_t hypothesis_length = 0;              // tokens
  std::int64_t reference_length = 0;               // tokens

  BleuStatistics& operator+=(const BleuStatistics& other);
};

BleuStatistics bleu_statistics(std::string_view hypothesis, std::string_view reference, BleuTokens tokens);

/// With `effective_order` the orders of which the hypothesis has no n-gram are left out of the mean, so that a sentence
/// shorter than four tokens can score.
double bleu_score(const BleuStatistics& statistics, bool effective_order);

/// BLEU of hypothesis i against reference i over all i; 0 for an empty corpus. InternalError where the numbers differ.
double corpus_bleu(std::span<const std::string> hypotheses, std::span<const std::string> references, BleuTokens tokens);

/// BLEU of one sentence, effective order on (as sacreBLEU's sentence_bleu).
double sentence_bleu(std::string_view hypothesis, std::string_view reference, BleuTokens tokens);

}  // namespace seqlab
