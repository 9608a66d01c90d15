#pragma once

// A binary tree over words in which frequent ones lie near the root: for hierarchical softmax (Morin and Bengio, 2005; with
// Huffman's tree, Mikolov et al., 2013).

#include <cstdint>
#include <span>
#include <vector>

namespace seqlab {

class HuffmanTree {
 public:
  /// `counts`: [V]; words that never occur are not in the tree and have an empty path.
  explicit HuffmanTree(std::span<const std::int64_t> counts);

  /// Inner nodes from the root to a word. `left[i]` is 1 where the path turns left at nodes[i], else 0.
  struct Path {
    std::span<const int> nodes;
    std::span<const float> left;
  };
  [[nodiscard]] Path path(int id) const;
  [[nodiscard]] std::int64_t inner_nodes() const { return inner_; }

 private:
  std::int64_t inner_ = 0;
  std::vector<std::int64_t> starts_;  // [V + 1]
  std::vector<int> nodes_;
  std::vector<float> left_;
};

}  // namespace seqlab
