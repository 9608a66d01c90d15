#include "data/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "core/random.h"

namespace seqlab {
namespace {

constexpr std::array kFormats = std::to_array<std::string_view>({
    "{YYYY}-{MM}-{DD}",
    "{YYYY}/{MM}/{DD}",
    "{YYYY}.{MM}.{DD}",
    "{YYYY}{MM}{DD}",
    "{YYYY}-{Mon}-{DD}",
    "{YYYY} {Month} {D}",
    "{YYYY}, {Month} {Dth}",
    "{D} {Month} {YYYY}",
    "{D} {Month}, {YYYY}",
    "{D} {Mon} {YYYY}",
    "{D}-{Mon}-{YYYY}",
    "{DD}.{Mon}.{YYYY}",
    "{DD}/{Mon}/{YYYY}",
    "{DD}{Mon}{YYYY}",
    "{Month} {D}, {YYYY}",
    "{Month} {D} {YYYY}",
    "{Mon} {D}, {YYYY}",
    "{Mon} {Dth}, {YYYY}",
    "{Month} {Dth}, {YYYY}",
    "{Month} the {Dth}, {YYYY}",
    "{Dth} {Month} {YYYY}",
    "{Dth} of {Month}, {YYYY}",
    "the {Dth} of {Month} {YYYY}",
    "{Weekday}, {Month} {D}, {YYYY}",
    "{Weekday}, {D} {Month} {YYYY}",
    "{Weekday} {Dth} {Month} {YYYY}",
    "{Weekday}, {Month} the {Dth} {YYYY}",
    "{Weekday}, the {Dth} of {Month}, {YYYY}",
    "{Wday} {D} {Mon} {YYYY}",
    "{Wday}, {DD} {Mon} {YYYY}",
    "{Wday} {Mon} {D} {YYYY}",
    "the {ordinal} of {Month}, {YYYY}",
    "{Month} the {ordinal}, {YYYY}",
    "{Weekday} the {ordinal} of {Month} {YYYY}",
});

constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                                      "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 31> kOrdinals = {
    "first",         "second",       "third",         "fourth",       "fifth",        "sixth",          "seventh",
    "eighth",        "ninth",        "tenth",         "eleventh",     "twelfth",      "thirteenth",     "fourteenth",
    "fifteenth",     "sixteenth",    "seventeenth",   "eighteenth",   "nineteenth",   "twentieth",      "twenty-first",
    "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth",  "thirtieth",    "thirty-first"};

constexpr std::size_t kCases = 3;
constexpr std::size_t kVariants = kFormats.size() * kCases;
constexpr auto kFirstDay = std::chrono::sys_days(std::chrono::January / 1 / 1900);
constexpr auto kLastDay = std::chrono::sys_days(std::chrono::December / 31 / 2100);
constexpr auto kDays = static_cast<std::int64_t>((kLastDay - kFirstDay).count() + 1);

std::string_view ordinal_suffix(unsigned day) {
  if (day >= 11 && day <= 13) return "th";
  constexpr std::array<std::string_view, 10> kSuffixes = {"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"};
  return kSuffixes[day % 10];
}

std::string in_case(std::string text, LetterCase letter_case) {
  for (char& c : text) {
    if (letter_case == LetterCase::lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (letter_case == LetterCase::upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

/// `count` different ways to write one day.
std::vector<std::string> draw_strings(std::chrono::sys_days date, std::int64_t count, Random& random) {
  std::array<std::size_t, kVariants> variants{};
  std::iota(variants.begin(), variants.end(), std::size_t{0});
  std::vector<std::string> strings;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < kVariants && static_cast<std::int64_t>(strings.size()) < count; ++i) {
    std::swap(variants[i], variants[i + static_cast<std::size_t>(random.below(static_cast<int>(kVariants - i)))]);
    std::string text = write_date(date, variants[i] / kCases, static_cast<LetterCase>(variants[i] % kCases));
    if (seen.insert(text).second) strings.push_back(std::move(text));
  }
  expect(static_cast<std::int64_t>(strings.size()) == count, "a day can be written in as many ways as are asked for");
  return strings;
}

/// The fewest different strings of any day: a two-digit day (D is DD) of May (Month is Mon).
std::int64_t strings_of_a_day() {
  static const std::int64_t count = [] {
    const auto day = std::chrono::sys_days(std::chrono::May / 12 / 2005);
    std::unordered_set<std::string> strings;
    for (std::size_t v = 0; v < kVariants; ++v) {
      strings.insert(write_date(day, v / kCases, static_cast<LetterCase>(v % kCases)));
    }
    return static_cast<std::int64_t>(strings.size());
  }();
  return count;
}

/// How many days each split gets: what it needs, then the rest in proportion to the sizes.
std::array<std::int64_t, 3> deal_days(const std::array<std::int64_t, 3>& sizes) {
  const std::int64_t total = sizes[0] + sizes[1] + sizes[2];
  std::array<std::int64_t, 3> days{};
  std::int64_t free = kDays;
  for (std::size_t i = 0; i < 3; ++i) free -= days[i] = (sizes[i] + strings_of_a_day() - 1) / strings_of_a_day();
  expect(free >= 0, "there are days enough for all splits");
  for (std::size_t i = 0; i < 3; ++i) days[i] += total == 0 ? 0 : free * sizes[i] / total;
  return days;
}

std::vector<DatePair> generate_split(std::span<const int> days, std::int64_t size, Random& random) {
  std::vector<DatePair> pairs;
  pairs.reserve(static_cast<std::size_t>(size));
  const auto day_count = static_cast<std::int64_t>(days.size());
  for (std::int64_t i = 0; i < std::min(day_count, size); ++i) {
    const auto date = kFirstDay + std::chrono::days(days[static_cast<std::size_t>(i)]);
    const std::int64_t share = size / day_count + (i < size % day_count ? 1 : 0);
    for (auto& text : draw_strings(date, share, random)) pairs.push_back({std::move(text), iso_date(date)});
  }
  random.shuffle(pairs);
  return pairs;
}

}  // namespace

std::vector<DateFormat> date_formats() {
  std::vector<DateFormat> formats;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    std::string name(kFormats[i]);
    std::erase_if(name, [](char c) { return c == '{' || c == '}'; });
    formats.push_back(
        {std::move(name), write_date(std::chrono::sys_days(std::chrono::April / 3 / 2005), i, LetterCase::as_written)});
  }
  return formats;
}

std::string write_date(std::chrono::sys_days date, std::size_t format, LetterCase letter_case) {
  expect(format < kFormats.size(), "a date format's number is in the list");
  expect(date >= kFirstDay && date <= kLastDay, "a date to write is of the years 1900 to 2100");
  const std::chrono::year_month_day calendar(date);
  const auto day = static_cast<unsigned>(calendar.day());
  const auto month = static_cast<unsigned>(calendar.month());
  const std::string_view month_name = kMonths[month - 1];
  const std::string_view weekday = kWeekdays[std::chrono::weekday(date).c_encoding()];
  using fmt::arg;
  std::string text = fmt::format(
      fmt::runtime(kFormats[format]), arg("YYYY", static_cast<int>(calendar.year())), arg("MM", fmt::format("{:02}", month)),
      arg("DD", fmt::format("{:02}", day)), arg("D", day), arg("Dth", fmt::format("{}{}", day, ordinal_suffix(day))),
      arg("ordinal", kOrdinals[day - 1]), arg("Month", month_name), arg("Mon", month_name.substr(0, 3)),
      arg("Weekday", weekday), arg("Wday", weekday.substr(0, 3)));
  return in_case(std::move(text), letter_case);
}

std::string iso_date(std::chrono::sys_days date) {
  const std::chrono::year_month_day calendar(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(calendar.year()), static_cast<unsigned>(calendar.month()),
                     static_cast<unsigned>(calendar.day()));
}

std::int64_t most_date_pairs() {
  return (kDays - 3) * strings_of_a_day();  // 3: each split rounds its days up
}

DateSplits generate_dates(std::int64_t train_size, std::int64_t valid_size, std::int64_t test_size, std::uint64_t seed) {
  const std::array<std::int64_t, 3> sizes = {train_size, valid_size, test_size};
  constexpr std::array<std::string_view, 3> kOptions = {"train_size", "valid_size", "test_size"};
  std::int64_t left = most_date_pairs();
  for (std::size_t i = 0; i < 3; ++i) {
    expect(sizes[i] >= 0, "the size of a split is not negative");
    if (sizes[i] > left) {
      throw UserError(
          fmt::format("'{}' = {} is more than the date generator can make: {} different date strings in train, valid and "
                      "test together, {} of them left for this split; ask for fewer",
                      kOptions[i], sizes[i], most_date_pairs(), left));
    }
    left -= sizes[i];
  }

  std::vector<int> days(static_cast<std::size_t>(kDays));
  std::iota(days.begin(), days.end(), 0);
  Random random(seed, "dates");
  random.shuffle(days);

  DateSplits splits;
  std::span<const int> rest(days);
  const auto shares = deal_days(sizes);
  const std::array<std::vector<DatePair>*, 3> parts = {&splits.train, &splits.valid, &splits.test};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto count = static_cast<std::size_t>(shares[i]);
    *parts[i] = generate_split(rest.first(count), sizes[i], random);
    rest = rest.subspan(count);
  }
  return splits;
}

}  // namespace seqlab
