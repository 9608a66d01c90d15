#include "metrics/bleu.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "core/error.h"

namespace seqlab {
namespace {

using Gram = std::span<const std::string>;

struct GramOrder {
  bool operator()(const Gram& a, const Gram& b) const { return std::ranges::lexicographical_compare(a, b); }
};
using GramCounts = std::map<Gram, std::int64_t, GramOrder>;

GramCounts count_grams(std::span<const std::string> tokens, std::size_t order) {
  GramCounts counts;
  for (std::size_t i = 0; i + order <= tokens.size(); ++i) ++counts[tokens.subspan(i, order)];
  return counts;
}

}  // namespace

BleuStatistics& BleuStatistics::operator+=(const BleuStatistics& other) {
  for (std::size_t i = 0; i < matches.size(); ++i) {
    matches[i] += other.matches[i];
    totals[i] += other.totals[i];
  }
  hypothesis_length += other.hypothesis_length;
  reference_length += other.reference_length;
  return *this;
}

BleuStatistics bleu_statistics(std::string_view hypothesis, std::string_view reference, BleuTokens tokens) {
  const auto said = bleu_tokens(hypothesis, tokens);
  const auto meant = bleu_tokens(reference, tokens);
  BleuStatistics statistics;
  statistics.hypothesis_length = static_cast<std::int64_t>(said.size());
  statistics.reference_length = static_cast<std::int64_t>(meant.size());
  for (std::size_t order = 1; order <= kBleuOrder; ++order) {
    const GramCounts allowed = count_grams(meant, order);
    for (const auto& [gram, count] : count_grams(said, order)) {
      const auto found = allowed.find(gram);
      if (found != allowed.end()) statistics.matches[order - 1] += std::min(count, found->second);
      statistics.totals[order - 1] += count;
    }
  }
  return statistics;
}

double bleu_score(const BleuStatistics& statistics, bool effective_order) {
  const auto& [matches, totals, hypothesis_length, reference_length] = statistics;
  if (std::ranges::all_of(matches, [](std::int64_t m) { return m == 0; })) return 0.0;

  double divisor = 1.0;
  double log_sum = 0.0;
  int orders = 0;
  for (std::size_t i = 0; i < totals.size() && totals[i] > 0; ++i, ++orders) {
    if (matches[i] == 0) divisor *= 2.0;
    const double smoothed = matches[i] > 0 ? static_cast<double>(matches[i]) : 1.0 / divisor;
    log_sum += std::log(100.0 * smoothed / static_cast<double>(totals[i]));
  }
  if (!effective_order && orders < kBleuOrder) return 0.0;

  const double ratio = static_cast<double>(reference_length) / static_cast<double>(hypothesis_length);
  const double brevity_penalty = ratio > 1.0 ? std::exp(1.0 - ratio) : 1.0;
  return brevity_penalty * std::exp(log_sum / orders);
}

double corpus_bleu(std::span<const std::string> hypotheses, std::span<const std::string> references, BleuTokens tokens) {
  expect(hypotheses.size() == references.size(), "every hypothesis has one reference");
  BleuStatistics statistics;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) statistics += bleu_statistics(hypotheses[i], references[i], tokens);
  return bleu_score(statistics, false);
}

double sentence_bleu(std::string_view hypothesis, std::string_view reference, BleuTokens tokens) {
  return bleu_score(bleu_statistics(hypothesis, reference, tokens), true);
}

}  // namespace seqlab
