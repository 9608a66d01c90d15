#include "metrics/chrf.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "data/text.h"

namespace seqlab {
namespace {

std::u32string letters(std::string_view text) {
  std::u32string all;
  for_each_code_point(text, [&](std::int32_t c, std::string_view) {
    if (!is_white_space(c)) all += static_cast<char32_t>(c);
  });
  return all;
}

}  // namespace

ChrfStatistics& ChrfStatistics::operator+=(const ChrfStatistics& other) {
  for (std::size_t i = 0; i < matches.size(); ++i) {
    matches[i] += other.matches[i];
    hypothesis[i] += other.hypothesis[i];
    reference[i] += other.reference[i];
  }
  return *this;
}

ChrfStatistics chrf_statistics(std::string_view hypothesis, std::string_view reference) {
  const std::u32string said = letters(hypothesis);
  const std::u32string meant = letters(reference);
  ChrfStatistics statistics;
  for (std::size_t order = 1; order <= kChrfOrder; ++order) {
    if (meant.size() < order) break;
    std::unordered_map<std::u32string_view, std::int64_t> left;
    for (std::size_t i = 0; i + order <= meant.size(); ++i) ++left[std::u32string_view(meant).substr(i, order)];
    statistics.reference[order - 1] = static_cast<std::int64_t>(meant.size() - order + 1);
    for (std::size_t i = 0; i + order <= said.size(); ++i) {
      ++statistics.hypothesis[order - 1];
      const auto found = left.find(std::u32string_view(said).substr(i, order));
      if (found == left.end() || found->second == 0) continue;
      --found->second;
      ++statistics.matches[order - 1];
    }
  }
  return statistics;
}

double chrf_score(const ChrfStatistics& statistics, double beta) {
  double precision = 0;
  double recall = 0;
  int orders = 0;
  for (std::size_t i = 0; i < kChrfOrder; ++i) {
    if (statistics.hypothesis[i] == 0 || statistics.reference[i] == 0) continue;
    const auto matches = static_cast<double>(statistics.matches[i]);
    precision += matches / static_cast<double>(statistics.hypothesis[i]);
    recall += matches / static_cast<double>(statistics.reference[i]);
    ++orders;
  }
  if (orders == 0 || precision + recall == 0) return 0;
  precision /= orders;
  recall /= orders;
  const double weight = beta * beta;
  return 100 * (1 + weight) * precision * recall / (weight * precision + recall);
}

double corpus_chrf(std::span<const std::string> hypotheses, std::span<const std::string> references) {
  expect(hypotheses.size() == references.size(), "every hypothesis has one reference");
  ChrfStatistics statistics;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) statistics += chrf_statistics(hypotheses[i], references[i]);
  return chrf_score(statistics);
}

double sentence_chrf(std::string_view hypothesis, std::string_view reference) {
  return chrf_score(chrf_statistics(hypothesis, reference));
}

}  // namespace seqlab
