#include "core/random_words.h"

#include <array>
#include <cstddef>

#include "core/philox.h"
#include "core/random.h"

namespace seqlab {
namespace {

#ifdef __AVX512DQ__
constexpr bool kHasWideProducts = true;
#else
constexpr bool kHasWideProducts = false;  // AVX2 has to put them together, which takes longer than one by one
#endif

/// 32 bits each, in the width of their products. (Of plain loops the compiler makes no SIMD.)
constexpr std::size_t kLanes = 8;
using Lanes [[gnu::vector_size(kLanes * sizeof(std::uint64_t))]] = std::uint64_t;

std::uint32_t low(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
std::uint32_t high(std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); }

/// philox() of kLanes counters.
class Blocks {
 public:
  Blocks(std::uint64_t first_block, std::uint64_t stream) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      counter_[0][lane] = low(first_block + lane);
      counter_[1][lane] = high(first_block + lane);
    }
    counter_[2] = Lanes{} + low(stream);
    counter_[3] = Lanes{} + high(stream);
  }
  void round(std::uint32_t key0, std::uint32_t key1) {
    const Lanes product0 = philox_numbers::kMultiplier0 * counter_[0];
    const Lanes product1 = philox_numbers::kMultiplier1 * counter_[2];
    counter_[0] = (product1 >> 32) ^ counter_[1] ^ key0;
    counter_[1] = product1 & 0xFFFFFFFFU;
    counter_[2] = (product0 >> 32) ^ counter_[3] ^ key1;
    counter_[3] = product0 & 0xFFFFFFFFU;
  }
  void write(std::uint32_t* words) const {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (std::size_t word = 0; word < 4; ++word) words[4 * lane + word] = low(counter_[word][lane]);
    }
  }

 private:
  std::array<Lanes, 4> counter_;
};

}  // namespace

void random_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t first_block, std::span<std::uint32_t> words) {
  constexpr std::size_t kAtOnce = 4;  // groups of blocks whose rounds do not wait for each other
  constexpr std::size_t kWords = 4 * kLanes * kAtOnce;
  std::size_t done = 0;
  for (; kHasWideProducts && done + kWords <= words.size(); done += kWords, first_block += kLanes * kAtOnce) {
    std::array<Blocks, kAtOnce> groups{Blocks(first_block, stream), Blocks(first_block + kLanes, stream),
                                       Blocks(first_block + 2 * kLanes, stream), Blocks(first_block + 3 * kLanes, stream)};
    std::uint32_t key0 = low(seed);
    std::uint32_t key1 = high(seed);
    for (int round = 0; round < philox_numbers::kRounds; ++round) {
      for (Blocks& group : groups) group.round(key0, key1);
      key0 += philox_numbers::kKeyStep0;
      key1 += philox_numbers::kKeyStep1;
    }
    for (std::size_t i = 0; i < kAtOnce; ++i) groups[i].write(words.data() + done + 4 * kLanes * i);
  }
  for (; done < words.size(); ++first_block) {
    const auto block = philox({low(first_block), high(first_block), low(stream), high(stream)}, {low(seed), high(seed)});
    for (std::size_t word = 0; word < 4 && done < words.size(); ++word) words[done++] = block[word];
  }
}

}  // namespace seqlab
