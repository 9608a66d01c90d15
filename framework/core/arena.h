#pragma once

// Bump allocation for everything that lives as long as one batch: values, gradients, records of the tape.
// reset() takes all of it back at once; after the first batch the arena is one block of the size that the batch needed.

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace seqlab {

class Arena {
 public:
  static constexpr std::size_t kAlignment = 64;  // a cache line, and the widest SIMD register

  /// Uninitialised memory, aligned to 64 bytes, valid until reset().
  void* allocate(std::size_t bytes);

  /// A copy of `object` in the arena. It is never destroyed.
  template <class T>
  T* keep(T object) {
    static_assert(std::is_trivially_destructible_v<T>, "what is kept in an arena is never destroyed");
    return new (allocate(sizeof(T))) T(std::move(object));
  }
  /// Uninitialised array of `count` items.
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  void reset();
  [[nodiscard]] std::size_t used() const { return used_; }          // bytes since the last reset
  [[nodiscard]] std::size_t capacity() const { return capacity_; }  // bytes held

 private:
  struct Free {
    void operator()(std::byte* block) const { ::operator delete (block, std::align_val_t{kAlignment}); }
  };
  struct Block {
    std::unique_ptr<std::byte, Free> memory;
    std::size_t size;
  };
  void add_block(std::size_t size);

  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace seqlab
