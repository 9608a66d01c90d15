#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace seqlab {

/// Words and their vectors, the most frequent word first.
struct WordVectors {
  std::vector<std::string> words;
  std::int64_t dimension = 0;  // D
  std::vector<float> values;   // [words, D] by rows

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(words.size()); }
  [[nodiscard]] std::span<const float> vector(std::int64_t index) const {
    return std::span(values).subspan(static_cast<std::size_t>(index * dimension), static_cast<std::size_t>(dimension));
  }
};

}  // namespace seqlab
