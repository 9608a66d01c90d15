#pragma once

// chrF (Popovic, 2015, "chrF: character n-gram F-score for automatic MT evaluation"), equal to sacreBLEU 2's `-m chrf`:
// n-grams of 1 to 6 code points without white space, matches summed over the corpus, precision and recall averaged over the
// orders that both sides have, and F = (1 + b^2) P R / (b^2 P + R) with b = 2. Scores are 0 to 100.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace seqlab {

constexpr int kChrfOrder = 6;

struct ChrfStatistics {
  std::array<std::int64_t, kChrfOrder> matches{};
  std::array<std::int64_t, kChrfOrder>
      hypothesis{};  // n-grams of the hypotheses; 0 where the reference has none of the order
  std::array<std::int64_t, kChrfOrder> reference{};

  ChrfStatistics& operator+=(const ChrfStatistics& other);
};

ChrfStatistics chrf_statistics(std::string_view hypothesis, std::string_view reference);
double chrf_score(const ChrfStatistics& statistics, double beta = 2);

/// 0 for an empty corpus. InternalError where the numbers differ.
double corpus_chrf(std::span<const std::string> hypotheses, std::span<const std::string> references);
double sentence_chrf(std::string_view hypothesis, std::string_view reference);

}  // namespace seqlab
