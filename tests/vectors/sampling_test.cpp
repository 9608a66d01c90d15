// Which words are kept, which are noise, and how deep they lie in the tree.

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "vectors/huffman_tree.h"
#include "vectors/noise_words.h"
#include "vectors/subsampling.h"

using namespace seqlab;

TEST_CASE("frequent words are kept with probability sqrt(t/f) + t/f", "[vectors][sampling]") {
  const std::vector<std::int64_t> counts{0, 9000, 990, 10};
  const Subsampling subsampling(counts, 0.01);
  const double share = 0.01 / 0.9;
  CHECK(subsampling.probability(1) == Approx(std::sqrt(share) + share));
  CHECK(subsampling.probability(3) == 1.0);
  Random random(1, "keep");
  int kept = 0;
  for (int i = 0; i < 20'000; ++i) kept += subsampling.keep(1, random) ? 1 : 0;
  CHECK(kept / 20'000.0 == Approx(subsampling.probability(1)).margin(0.01));
  CHECK(Subsampling(counts, 0).probability(1) == 1.0);
}

TEST_CASE("noise words are drawn in proportion to the power of their counts", "[vectors][sampling]") {
  const std::vector<std::int64_t> counts{0, 100, 10, 1, 0, 1000};
  const NoiseWords noise(counts, 0.75);
  Random random(1, "noise");
  constexpr int kDraws = 200'000;
  std::vector<int> drawn(counts.size(), 0);
  for (int i = 0; i < kDraws; ++i) ++drawn[static_cast<std::size_t>(noise.draw(random))];
  double total = 0;
  for (const auto count : counts) total += count > 0 ? std::pow(static_cast<double>(count), 0.75) : 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = counts[i] > 0 ? std::pow(static_cast<double>(counts[i]), 0.75) / total : 0.0;
    CHECK(drawn[i] / static_cast<double>(kDraws) == Approx(share).margin(0.004));
  }
  CHECK_THROWS_AS(NoiseWords(std::vector<std::int64_t>{0, 0}, 1), InternalError);
}

TEST_CASE("Huffman's tree: frequent words lie near the root, and paths are codes", "[vectors][sampling]") {
  const std::vector<std::int64_t> counts{0, 5, 9, 12, 13, 16, 45};  // the example of many textbooks: 4 4 3 3 3 1 bits
  const HuffmanTree tree(counts);
  CHECK(tree.inner_nodes() == 5);
  const std::vector<std::size_t> depths{0, 4, 4, 3, 3, 3, 1};
  double kraft = 0;
  for (int id = 0; id < 7; ++id) {
    const auto path = tree.path(id);
    CHECK(path.nodes.size() == depths[static_cast<std::size_t>(id)]);
    if (id == 0) continue;
    kraft += std::pow(0.5, static_cast<double>(path.nodes.size()));
    CHECK(path.nodes[0] == 4);  // the root, made last
    for (int other = 1; other < id; ++other) {
      const auto second = tree.path(other);
      const auto length = std::min(path.left.size(), second.left.size());
      CHECK_FALSE(
          std::equal(path.left.begin(), path.left.begin() + static_cast<std::ptrdiff_t>(length), second.left.begin()));
    }
  }
  CHECK(kraft == Approx(1.0));
  CHECK(HuffmanTree(std::vector<std::int64_t>{0, 3}).path(1).nodes.empty());
}
