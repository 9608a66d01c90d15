#include "kernels/bf16.h"

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

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
  std::int64_t i = 0;
#ifdef __AVX512BF16__
  // One instruction for 16 numbers instead of some 25; what it takes for 0, denormal numbers, training flushes anyway.
  constexpr std::int64_t kLanes = 16;
  for (; i + kLanes <= count; i += kLanes) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        std::bit_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i))));
  }
#endif
  for (; i < count; ++i) to[i] = bits_of(std::bit_cast<std::uint32_t>(from[i]));
}

float rounded_to_bf16(float value) {
  return std::bit_cast<float>(std::uint32_t{bits_of(std::bit_cast<std::uint32_t>(value))} << 16);
}

}  // namespace seqlab
