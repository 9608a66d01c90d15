#include "core/arena.h"

#include <algorithm>

namespace seqlab {

void* Arena::allocate(std::size_t bytes) {
  const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (rounded > left_) add_block(std::max(rounded, std::max<std::size_t>(capacity_, std::size_t{1} << 20)));
  void* result = next_;
  next_ += rounded;
  left_ -= rounded;
  used_ += rounded;
  return result;
}

void Arena::reset() {
  if (blocks_.size() > 1) {
    const std::size_t needed = used_;
    blocks_.clear();
    capacity_ = 0;
    add_block(needed + needed / 8);  // batches differ a little in length
  }
  if (!blocks_.empty()) {
    next_ = blocks_.back().memory.get();
    left_ = blocks_.back().size;
  }
  used_ = 0;
}

void Arena::add_block(std::size_t size) {
  auto* memory = static_cast<std::byte*>(::operator new (size, std::align_val_t{kAlignment}));
  blocks_.push_back({std::unique_ptr<std::byte, Free>(memory), size});
  next_ = memory;
  left_ = size;
  capacity_ += size;
}

}  // namespace seqlab
