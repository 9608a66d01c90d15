#include "metrics/rouge.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace seqlab {
namespace {

std::size_t longest_common_subsequence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);  // of the table, one row at a time
  for (const std::string& token : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = token == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

double sentence_rouge_l(std::string_view hypothesis, std::string_view reference, BleuTokens tokens) {
  const auto said = bleu_tokens(hypothesis, tokens);
  const auto meant = bleu_tokens(reference, tokens);
  if (said.empty() || meant.empty()) return 0;
  const auto common = static_cast<double>(longest_common_subsequence(said, meant));
  return 200 * common / static_cast<double>(said.size() + meant.size());
}

double corpus_rouge_l(std::span<const std::string> hypotheses, std::span<const std::string> references, BleuTokens tokens) {
  expect(hypotheses.size() == references.size(), "every hypothesis has one reference");
  if (hypotheses.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) sum += sentence_rouge_l(hypotheses[i], references[i], tokens);
  return sum / static_cast<double>(hypotheses.size());
}

}  // namespace seqlab
