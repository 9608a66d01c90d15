#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace seqlab {

/// The words at most `width` places before and behind the middle one, in the sentence's order.
inline void words_around(std::span<const int> sentence, std::size_t middle, int width, std::vector<int>& words) {
  const std::size_t first = middle - std::min(middle, static_cast<std::size_t>(width));
  const std::size_t last = std::min(sentence.size(), middle + static_cast<std::size_t>(width) + 1);
  words.assign(sentence.begin() + static_cast<std::ptrdiff_t>(first),
               sentence.begin() + static_cast<std::ptrdiff_t>(middle));
  words.insert(words.end(), sentence.begin() + static_cast<std::ptrdiff_t>(middle) + 1,
               sentence.begin() + static_cast<std::ptrdiff_t>(last));
}

}  // namespace seqlab
