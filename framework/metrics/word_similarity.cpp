#include "metrics/word_similarity.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "data/table.h"
#include "metrics/spearman.h"

namespace seqlab {

std::vector<WordPair> read_word_pairs(const std::filesystem::path& file) {
  const Table table = Table::read(file);
  const std::size_t first = table.column("word1", "the first word of a pair");
  const std::size_t second = table.column("word2", "the second word of a pair");
  const std::size_t score = table.column("score", "how alike they are");
  std::vector<WordPair> pairs;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double value = table.number(row, score);
    if (std::isnan(value)) throw UserError(table.place(row, score) + "is empty; a pair needs a score");
    pairs.push_back({std::string(table.at(row, first)), std::string(table.at(row, second)), value});
  }
  return pairs;
}

SimilarityScore evaluate_similarity(const WordIndex& index, const std::vector<WordPair>& pairs) {
  std::vector<double> cosines;
  std::vector<double> scores;
  for (const WordPair& pair : pairs) {
    const int first = index.find_in_any_case(pair.first);
    const int second = index.find_in_any_case(pair.second);
    if (first < 0 || second < 0) continue;
    cosines.push_back(index.cosine(first, second));
    scores.push_back(pair.score);
  }
  return {spearman(cosines, scores), static_cast<int>(scores.size()), static_cast<int>(pairs.size())};
}

}  // namespace seqlab
