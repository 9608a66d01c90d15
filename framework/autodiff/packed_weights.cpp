#include "autodiff/packed_weights.h"

#include "kernels/parallel.h"

namespace seqlab {

const PackedMatrix* PackedWeights::find(const Leaf& leaf, std::int64_t first, std::int64_t count, bool transpose,
                                        std::int64_t rows) {
  constexpr std::int64_t kFewRows = 8;
  constexpr std::int64_t kManyRows = 256;  // from here on the matrix is read once for so many that its order matters little
  constexpr std::int64_t kSmall = 256 * 256;  // numbers of a matrix that stays in a core's cache as it is
  const Tensor& value = leaf.value;
  if (value.precision != Precision::f32 || rows < kFewRows || rows > kManyRows || count * value.columns() < kSmall ||
      inside_parallel()) {
    return nullptr;
  }
  Entry& entry = entries_[{&leaf, leaf.version, first, count, transpose, rows}];
  if (++entry.uses == 1) return nullptr;
  if (entry.packed == nullptr) {
    entry.packed =
        std::make_unique<PackedMatrix>(value.slice_rows(first, {count, value.columns()}), transpose, rows, leaf.rounding);
  }
  return entry.packed.get();
}

}  // namespace seqlab
