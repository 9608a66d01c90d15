#pragma once

// bfloat16: the upper half of an f32, with its exponent and 8 bits of significand.

#include <cstdint>

namespace seqlab {

/// The nearest bfloat16 of each number, ties to even; NaN stays NaN.
void round_to_bf16(const float* from, std::uint16_t* to, std::int64_t count);

/// What the product reads of a number: itself rounded to bfloat16.
float rounded_to_bf16(float value);

}  // namespace seqlab
