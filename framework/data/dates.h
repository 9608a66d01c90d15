#pragma once

// The data of date translation: human-readable English dates and their ISO form, "Sunday, April the 3rd 2005" ->
// "2005-04-03". A source alone decides its answer (no 03/04/2005). Days are those of the years 1900 to 2100, weekdays the
// calendar's.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace seqlab {

/// Counted up whenever the same sizes and seed would give other pairs: part of what identifies a run.
inline constexpr int kDatesVersion = 1;

struct DatePair {
  std::string source;  // "3rd of April, 2005"
  std::string target;  // "2005-04-03"
};

struct DateSplits {
  std::vector<DatePair> train;
  std::vector<DatePair> valid;
  std::vector<DatePair> test;
};

enum class LetterCase { as_written, lower, upper };

struct DateFormat {
  std::string name;     // "Dth of Month, YYYY"
  std::string example;  // of 3 April 2005, as written
};

/// All formats, in the order of their numbers.
std::vector<DateFormat> date_formats();

/// A date in format number `format` (from 0). Names of months and weekdays as written begin with a capital.
std::string write_date(std::chrono::sys_days date, std::size_t format, LetterCase letter_case);

/// "yyyy-mm-dd".
std::string iso_date(std::chrono::sys_days date);

/// The most pairs that generate_dates makes in all.
std::int64_t most_date_pairs();

/// Three splits, a pure function of sizes and seed. The calendar's days are shuffled and dealt to the splits in proportion
/// to their sizes, so that no day, and hence no source string, is in two splits; within a split no source string occurs
/// twice. Each day of a split is used once (in a format and letter case drawn at random) before one is used again. UserError
/// naming the option where more pairs are asked for than most_date_pairs().
DateSplits generate_dates(std::int64_t train_size, std::int64_t valid_size, std::int64_t test_size, std::uint64_t seed);

}  // namespace seqlab
