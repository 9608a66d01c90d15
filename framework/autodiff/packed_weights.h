#pragma once

// Weights that serve several products of a batch with few rows each, such as those of a decoder's steps: packed at their
// second use, kept until the batch is over.

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>

#include "autodiff/leaf.h"
#include "kernels/packed_matrix.h"

namespace seqlab {

class PackedWeights {
 public:
  /// Rows first .. first + count of the leaf's value, transposed or not, for left factors of `rows` rows; null where packing
  /// does not pay.
  const PackedMatrix* find(const Leaf& leaf, std::int64_t first, std::int64_t count, bool transpose, std::int64_t rows);
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    int uses = 0;
    std::unique_ptr<PackedMatrix> packed;
  };
  using Key = std::tuple<const Leaf*, std::uint64_t, std::int64_t, std::int64_t, bool, std::int64_t>;
  std::map<Key, Entry> entries_;
};

}  // namespace seqlab
