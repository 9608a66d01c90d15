#pragma once

// Counter-based random numbers: Philox 4x32-10 (Salmon et al., 2011, "Parallel random numbers: as easy as 1, 2, 3").
// A number is a pure function of (seed, stream, index), so no result depends on the order in which threads draw.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace seqlab {

/// The Philox 4x32-10 block function: four random words for a counter and a key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// 64-bit FNV-1a: a stream number for a name, the same on every machine.
constexpr std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

/// A sequence of random numbers with its own position.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}
  Random(std::uint64_t seed, std::string_view stream) : Random(seed, stream_of(stream)) {}

  std::uint32_t bits();                     // uniform 32 bits
  double uniform();                         // in [0, 1), 32 bits of it random
  double uniform(double low, double high);  // in [low, high)
  double normal();                          // mean 0, variance 1 (Box and Muller)
  int below(int bound);                     // uniform in {0, ..., bound - 1}, without bias; bound >= 1

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(below(static_cast<int>(i)))]);
    }
  }

  [[nodiscard]] std::uint64_t position() const {
    return position_;
  }  // numbers drawn so far: with seed and stream, the whole state
  void seek(std::uint64_t position) {
    position_ = position;
    block_index_ = kNoBlock;
  }

 private:
  static constexpr std::uint64_t kNoBlock = ~std::uint64_t{0};
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::uint64_t block_index_ = kNoBlock;
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace seqlab
