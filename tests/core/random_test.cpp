#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "catch.h"
#include "core/random_words.h"

using namespace seqlab;

TEST_CASE("Philox 4x32-10 gives the published answers", "[core][random]") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a random number is a function of seed, stream and position", "[core][random]") {
  Random all(3, "a");
  std::vector<std::uint32_t> words;
  for (int i = 0; i < 23; ++i) words.push_back(all.bits());
  for (const std::uint64_t start : {0U, 1U, 4U, 7U, 22U}) {
    Random later(3, "a");
    later.seek(start);
    CHECK(later.position() == start);
    CHECK(later.bits() == words[start]);
    later.seek(start);
    CHECK(later.bits() == words[start]);
  }
  CHECK(Random(3, "b").bits() != words[0]);
  CHECK(Random(4, "a").bits() != words[0]);
  CHECK(Random(3 + (std::uint64_t{1} << 40), "a").bits() != words[0]);
  CHECK(stream_of("") == 0xcbf29ce484222325ULL);
  CHECK(stream_of("a") == 0xaf63dc4c8601ec8cULL);  // the published FNV-1a value
}

TEST_CASE("many words at once are those that come one by one", "[core][random]") {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{3}, (std::uint64_t{1} << 32) - 5}) {
    for (const std::size_t count : {0U, 1U, 127U, 128U, 129U, 300U}) {
      const std::uint64_t seed = 7 + (std::uint64_t{5} << 40);
      Random one_by_one(seed, std::uint64_t{9} << 35);
      one_by_one.seek(4 * first);
      std::vector<std::uint32_t> words(count + 1, 77);
      random_words(seed, std::uint64_t{9} << 35, first, std::span(words).first(count));
      for (std::size_t i = 0; i < count; ++i) REQUIRE(words[i] == one_by_one.bits());
      CHECK(words[count] == 77);
    }
  }
}

TEST_CASE("uniform numbers fill their interval evenly", "[core][random]") {
  Random random(1);
  constexpr int kDraws = 40000;
  constexpr int kBins = 20;
  std::vector<int> bins(kBins);
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform(-2, 3);
    REQUIRE(x >= -2);
    REQUIRE(x < 3);
    ++bins[static_cast<std::size_t>((x + 2) / 5 * kBins)];
  }
  double chi = 0;
  for (const int count : bins) chi += std::pow(count - kDraws / kBins, 2) / (kDraws / kBins);
  CHECK(chi < 43.8);  // 19 degrees of freedom, 0.1 %
}

TEST_CASE("below() is uniform for bounds that are no power of two", "[core][random]") {
  Random random(2);
  for (const int bound : {1, 3, 7, 10}) {
    constexpr int kDraws = 30000;
    std::vector<int> counts(static_cast<std::size_t>(bound));
    for (int i = 0; i < kDraws; ++i) ++counts.at(static_cast<std::size_t>(random.below(bound)));
    double chi = 0;
    const double expected = static_cast<double>(kDraws) / bound;
    for (const int count : counts) chi += (count - expected) * (count - expected) / expected;
    CHECK(chi < 27.9);  // 9 degrees of freedom, 0.1 %
  }
  // Scaling without rejection would give numbers of this bound 3, 3 and 2 chances in 8, in turn.
  constexpr int kBound = 0x60000000;
  int low = 0;
  for (int i = 0; i < 30000; ++i) low += random.below(kBound) % 3 == 0 ? 1 : 0;
  CHECK(std::abs(low - 10000) < 400);
}

TEST_CASE("normal numbers have mean 0, variance 1 and the right tails", "[core][random]") {
  Random random(5);
  constexpr int kDraws = 50000;
  double sum = 0, squares = 0;
  int outside = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    outside += std::abs(x) > 1.96 ? 1 : 0;
  }
  CHECK(std::abs(sum / kDraws) < 0.02);
  CHECK(std::abs(squares / kDraws - 1) < 0.03);
  CHECK(std::abs(outside / static_cast<double>(kDraws) - 0.05) < 0.005);
}

TEST_CASE("a shuffle keeps all items and reaches every order", "[core][random]") {
  Random random(6);
  std::vector<int> counts(6);
  for (int round = 0; round < 6000; ++round) {
    std::vector<int> items{0, 1, 2};
    random.shuffle(items);
    int index = 0;
    std::vector<int> order{0, 1, 2};
    while (order != items && std::ranges::next_permutation(order).found) ++index;
    REQUIRE(order == items);
    ++counts[static_cast<std::size_t>(index)];
  }
  for (const int count : counts) CHECK(std::abs(count - 1000) < 130);
}
