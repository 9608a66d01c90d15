#include "kernels/bf16.h"

#include <bit>

namespace seqlab {
namespace {

/// Integer arithmetic alone, which the compiler turns into SIMD.
std::uint16_t bits_of(std::uint32_t f32) {
  constexpr std::uint32_t kInfinity = 0x7f800000;
  const std::uint32_t nearest = (f32 + 0x7fff + ((f32 >> 16) & 1)) >> 16;
  const std::uint32_t quiet_nan = (f32 >> 16) | 0x40;
  return static_cast<std::uint16_t>((f32 & 0x7fffffff) > kInfinity ? quiet_nan : nearest);
}

}  // namespace

void round_to_bf16(const float* from, std::uint16_t* to, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = bits_of(std::bit_cast<std::uint32_t>(from[i]));
}

float rounded_to_bf16(float value) {
  return std::bit_cast<float>(std::uint32_t{bits_of(std::bit_cast<std::uint32_t>(value))} << 16);
}

}  // namespace seqlab
