#pragma once

// The numbers of Philox 4x32-10 (Salmon et al., 2011): a counter and a key in, four random words out.

#include <cstdint>

namespace seqlab::philox_numbers {

constexpr int kRounds = 10;
constexpr std::uint64_t kMultiplier0 = 0xD2511F53U;
constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t kKeyStep0 = 0x9E3779B9U;
constexpr std::uint32_t kKeyStep1 = 0xBB67AE85U;

}  // namespace seqlab::philox_numbers
