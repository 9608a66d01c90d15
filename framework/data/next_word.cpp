#include "data/next_word.h"

#include <fmt/format.h>

#include <array>

#include "core/random.h"

namespace seqlab {
namespace {

constexpr std::array kNouns = {"key",   "door",  "cabinet", "letter", "picture", "road",
                               "river", "horse", "teacher", "song",   "window",  "stone"};
constexpr std::array kFillers = {"near", "behind", "of", "the", "old", "with", "small", "beside", "under", "from"};

std::string noun(Random& random, bool several) {
  return std::string(kNouns[static_cast<std::size_t>(random.below(static_cast<int>(kNouns.size())))]) + (several ? "s" : "");
}

RawExamples sentences(std::int64_t count, std::int64_t distance, std::uint64_t seed, std::string_view split) {
  Random random(seed, fmt::format("next word {}", split));
  RawExamples examples;
  for (std::int64_t i = 0; i < count; ++i) {
    RawExample& example = examples.emplace_back();
    const bool several = i % 2 == 1;
    example.text = noun(random, several);
    for (std::int64_t word = 0; word < distance; ++word) {
      // Every third word or so is another noun that the verb does not agree with, unless by chance.
      const bool other = random.below(3) == 0;
      example.text += " ";
      example.text += other
                          ? noun(random, random.below(2) == 1)
                          : std::string(kFillers[static_cast<std::size_t>(random.below(static_cast<int>(kFillers.size())))]);
    }
    example.label = several ? "are" : "is";
    example.place = fmt::format("sentence {} of {}", i, split);
  }
  return examples;
}

}  // namespace

RawSplits generate_next_word(std::int64_t train_size, std::int64_t valid_size, std::int64_t test_size, std::int64_t distance,
                             std::uint64_t seed) {
  return {sentences(train_size, distance, seed, "train"), sentences(valid_size, distance, seed, "valid"),
          sentences(test_size, distance, seed, "test"), 0};
}

}  // namespace seqlab
