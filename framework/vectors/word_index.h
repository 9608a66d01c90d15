#pragma once

// Questions to word vectors: which words are near, and what completes an analogy.

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vectors/word_vectors.h"

namespace seqlab {

enum class AnalogyMethod { add, multiply };

/// Vectors of length 1 and the words they belong to.
class WordIndex {
 public:
  /// A vector of zeros stays one: its cosine with any other is 0.
  explicit WordIndex(WordVectors vectors);

  [[nodiscard]] std::int64_t size() const { return vectors_.size(); }
  [[nodiscard]] std::int64_t dimension() const { return vectors_.dimension; }
  [[nodiscard]] const std::string& word(int id) const { return vectors_.words[static_cast<std::size_t>(id)]; }
  [[nodiscard]] std::span<const float> vector(int id) const { return vectors_.vector(id); }
  [[nodiscard]] int find(std::string_view word) const;              // -1 where absent
  [[nodiscard]] int find_in_any_case(std::string_view word) const;  // as it is, else in lower case
  /// UserError with did-you-mean.
  [[nodiscard]] int id(std::string_view word) const;
  [[nodiscard]] double cosine(int a, int b) const;
  /// Cosine of each word from `first` on, `count` of them, with each of `queries`: [queries, count] by rows.
  [[nodiscard]] std::vector<float> cosines(std::span<const int> queries, std::int64_t first, std::int64_t count) const;

  struct Hit {
    int id;
    double score;
  };
  /// The words with the greatest cosine to the mean of these words' vectors, without these words.
  [[nodiscard]] std::vector<Hit> nearest(std::span<const int> words, int count) const;
  /// What is to c as b is to a. add: greatest cos(x, b) - cos(x, a) + cos(x, c) (Mikolov et al., 2013); multiply: greatest
  /// cos(x, b) cos(x, c) / (cos(x, a) + 0.001) with cosines moved to 0..1 (Levy and Goldberg, 2014). Never a, b or c.
  [[nodiscard]] std::vector<Hit> analogy(int a, int b, int c, AnalogyMethod method, int count) const;

 private:
  WordVectors vectors_;
  std::unordered_map<std::string_view, int> ids_;
};

/// The score of a word whose cosines with a, b and c are these.
double analogy_score(double a, double b, double c, AnalogyMethod method);

}  // namespace seqlab
