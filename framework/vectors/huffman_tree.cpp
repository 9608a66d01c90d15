#include "vectors/huffman_tree.h"

#include <algorithm>
#include <queue>
#include <utility>

namespace seqlab {

HuffmanTree::HuffmanTree(std::span<const std::int64_t> counts) {
  // Leaves are numbered by id, inner nodes from V on.
  const auto words = static_cast<std::int64_t>(counts.size());
  using Node = std::pair<std::int64_t, std::int64_t>;  // count, number
  std::priority_queue<Node, std::vector<Node>, std::greater<>> open;
  for (std::int64_t id = 0; id < words; ++id) {
    if (counts[static_cast<std::size_t>(id)] > 0) open.emplace(counts[static_cast<std::size_t>(id)], id);
  }
  std::vector<std::int64_t> parents(static_cast<std::size_t>(2 * words), -1);
  std::vector<char> is_left(static_cast<std::size_t>(2 * words), 0);
  while (open.size() > 1) {
    const Node left = open.top();
    open.pop();
    const Node right = open.top();
    open.pop();
    const std::int64_t node = words + inner_++;
    parents[static_cast<std::size_t>(left.second)] = parents[static_cast<std::size_t>(right.second)] = node;
    is_left[static_cast<std::size_t>(left.second)] = 1;
    open.emplace(left.first + right.first, node);
  }
  starts_.push_back(0);
  for (std::int64_t id = 0; id < words; ++id) {
    const std::size_t first = nodes_.size();
    for (std::int64_t node = id; parents[static_cast<std::size_t>(node)] >= 0;
         node = parents[static_cast<std::size_t>(node)]) {
      nodes_.push_back(static_cast<int>(parents[static_cast<std::size_t>(node)] - words));
      left_.push_back(static_cast<float>(is_left[static_cast<std::size_t>(node)]));
    }
    std::reverse(nodes_.begin() + static_cast<std::ptrdiff_t>(first), nodes_.end());
    std::reverse(left_.begin() + static_cast<std::ptrdiff_t>(first), left_.end());
    starts_.push_back(static_cast<std::int64_t>(nodes_.size()));
  }
}

HuffmanTree::Path HuffmanTree::path(int id) const {
  const auto first = static_cast<std::size_t>(starts_[static_cast<std::size_t>(id)]);
  const auto count = static_cast<std::size_t>(starts_[static_cast<std::size_t>(id) + 1]) - first;
  return {std::span(nodes_).subspan(first, count), std::span(left_).subspan(first, count)};
}

}  // namespace seqlab
