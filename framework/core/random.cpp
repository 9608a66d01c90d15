#include "core/random.h"

#include <cmath>
#include <numbers>

#include "core/philox.h"

namespace seqlab {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < philox_numbers::kRounds; ++round) {
    const std::uint64_t product0 = philox_numbers::kMultiplier0 * counter[0];
    const std::uint64_t product1 = philox_numbers::kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)};
    key[0] += philox_numbers::kKeyStep0;
    key[1] += philox_numbers::kKeyStep1;
  }
  return counter;
}

std::uint32_t Random::bits() {
  const std::uint64_t block = position_ / 4;
  if (block != block_index_) {
    block_ = philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                     static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                    {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    block_index_ = block;
  }
  return block_[position_++ % 4];
}

double Random::uniform() { return bits() * 0x1p-32; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log((bits() + 0.5) * 0x1p-32));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

int Random::below(int bound) {
  const auto n = static_cast<std::uint32_t>(bound);
  const std::uint32_t threshold = -n % n;  // Lemire: values under it would favour small results
  for (;;) {
    const std::uint64_t product = std::uint64_t{bits()} * n;
    if (static_cast<std::uint32_t>(product) >= threshold) return static_cast<int>(product >> 32);
  }
}

}  // namespace seqlab
