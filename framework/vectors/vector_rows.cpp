#include "vectors/vector_rows.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace seqlab {
namespace {

constexpr std::int64_t kMultiple = 16;
constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Rows are met in random order: with small pages every other row costs a walk through the page table.
float* allocate(std::size_t bytes) {
  const std::size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* memory = std::aligned_alloc(kHugePage, std::max(whole, kHugePage));
  if (memory == nullptr) throw std::bad_alloc();
  ::madvise(memory, whole, MADV_HUGEPAGE);
  return static_cast<float*>(memory);
}

}  // namespace

void VectorRows::Free::operator()(float* memory) const { std::free(memory); }

VectorRows::VectorRows(std::int64_t rows, std::int64_t columns)
    : rows_(rows), columns_(columns), stride_((columns + kMultiple - 1) / kMultiple * kMultiple) {
  const auto count = static_cast<std::size_t>(rows_ * stride_);
  data_.reset(allocate(count * sizeof(float)));
  std::fill_n(data_.get(), count, 0.0F);
}

void VectorRows::fill_uniform(double bound, Random& random) {
  for (std::int64_t r = 0; r < rows_; ++r) {
    for (std::int64_t c = 0; c < columns_; ++c) row(r)[c] = static_cast<float>(random.uniform(-bound, bound));
  }
}

std::vector<float> VectorRows::packed() const {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(rows_ * columns_));
  for (std::int64_t r = 0; r < rows_; ++r) values.insert(values.end(), row(r), row(r) + columns_);
  return values;
}

}  // namespace seqlab
