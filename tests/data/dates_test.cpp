#include "data/dates.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>
#include <string>
#include <unordered_map>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;
using namespace std::chrono;

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Position in `names` of the entry that `word` is, in full or by its first three letters; -1 where it is none.
int position(const std::string& word, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (word == names[i] || word == names[i].substr(0, 3)) return static_cast<int>(i);
  }
  return -1;
}

struct Reading {
  int year = 0;
  int month = 0;
  int day = 0;
  int weekday = -1;    // 0 Sunday
  std::string suffix;  // "rd" of "3rd"
};

int ordinal_word(const std::string& word) {
  static const std::vector<std::string> ones = {"first",     "second",      "third",      "fourth",     "fifth",
                                                "sixth",     "seventh",     "eighth",     "ninth",      "tenth",
                                                "eleventh",  "twelfth",     "thirteenth", "fourteenth", "fifteenth",
                                                "sixteenth", "seventeenth", "eighteenth", "nineteenth"};
  if (word == "twentieth") return 20;
  if (word == "thirtieth") return 30;
  if (word.starts_with("twenty-")) return 20 + ordinal_word(word.substr(7));
  if (word.starts_with("thirty-")) return 30 + ordinal_word(word.substr(7));
  for (std::size_t i = 0; i < ones.size(); ++i) {
    if (word == ones[i]) return static_cast<int>(i) + 1;
  }
  return 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Runs of digits and runs of letters; a hyphen between two letters belongs to the word.
std::vector<std::string> runs(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    if (is_digit(text[i])) {
      while (end < text.size() && is_digit(text[end])) ++end;
    } else if (is_letter(text[i])) {
      const auto hyphen = [&] { return text[end] == '-' && end + 1 < text.size() && is_letter(text[end + 1]); };
      while (end < text.size() && (is_letter(text[end]) || hyphen())) ++end;
    }
    if (end > i) all.push_back(text.substr(i, end - i));
    i = std::max(end, i + 1);
  }
  return all;
}

/// Reads a date word by word, without knowing in which format it was written.
Reading read_date(const std::string& written) {
  static const std::vector<std::string> months = {"january", "february", "march",     "april",   "may",      "june",
                                                  "july",    "august",   "september", "october", "november", "december"};
  static const std::vector<std::string> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};
  static const std::set<std::string> suffixes = {"st", "nd", "rd", "th"};
  Reading reading;
  for (const auto& run : runs(lower(written))) {
    CAPTURE(run);
    if (is_digit(run[0]) && run.size() == 8) {
      reading.year = std::stoi(run.substr(0, 4));
      reading.month = std::stoi(run.substr(4, 2));
      reading.day = std::stoi(run.substr(6));
    } else if (is_digit(run[0]) && run.size() == 4) {
      reading.year = std::stoi(run);
    } else if (is_digit(run[0]) && reading.year != 0 && reading.month == 0) {
      reading.month = std::stoi(run);  // numbers alone: the year is first
    } else if (is_digit(run[0])) {
      REQUIRE(reading.day == 0);
      reading.day = std::stoi(run);
    } else if (suffixes.contains(run)) {
      reading.suffix = run;
    } else if (position(run, months) >= 0) {
      reading.month = position(run, months) + 1;
    } else if (position(run, weekdays) >= 0) {
      reading.weekday = position(run, weekdays);
    } else if (ordinal_word(run) > 0) {
      reading.day = ordinal_word(run);
    } else {
      const bool filler = run == "the" || run == "of";
      REQUIRE(filler);
    }
  }
  return reading;
}

void check_pair(const DatePair& pair) {
  CAPTURE(pair.source, pair.target);
  const std::string& iso = pair.target;
  REQUIRE(iso.size() == 10);
  for (std::size_t i = 0; i < iso.size(); ++i) {
    const bool fits = i == 4 || i == 7 ? iso[i] == '-' : is_digit(iso[i]);
    REQUIRE(fits);
  }
  const year_month_day date{year(std::stoi(iso.substr(0, 4))), month(static_cast<unsigned>(std::stoi(iso.substr(5, 2)))),
                            day(static_cast<unsigned>(std::stoi(iso.substr(8))))};
  REQUIRE(date.ok());
  REQUIRE(date.year() >= year(1900));
  REQUIRE(date.year() <= year(2100));

  const Reading reading = read_date(pair.source);
  REQUIRE(reading.year == static_cast<int>(date.year()));
  REQUIRE(reading.month == static_cast<int>(static_cast<unsigned>(date.month())));
  REQUIRE(reading.day == static_cast<int>(static_cast<unsigned>(date.day())));
  if (reading.weekday >= 0) {
    // Zeller's congruence: a calendar of its own
    const int m = reading.month < 3 ? reading.month + 12 : reading.month;
    const int y = reading.month < 3 ? reading.year - 1 : reading.year;
    const int zeller = (reading.day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7;  // 0 Saturday
    REQUIRE(reading.weekday == (zeller + 6) % 7);
  }
  if (!reading.suffix.empty()) {
    const int d = reading.day;
    const std::string expected = d == 1 || d == 21 || d == 31 ? "st"
                                 : d == 2 || d == 22          ? "nd"
                                 : d == 3 || d == 23          ? "rd"
                                                              : "th";
    REQUIRE(reading.suffix == expected);
  }
}

std::set<std::string> sources(const std::vector<DatePair>& pairs) {
  std::set<std::string> all;
  for (const auto& pair : pairs) all.insert(pair.source);
  return all;
}

bool overlap(const std::vector<DatePair>& a, const std::vector<DatePair>& b, std::string DatePair::*member) {
  std::set<std::string> seen;
  for (const auto& pair : a) seen.insert(pair.*member);
  for (const auto& pair : b) {
    if (seen.contains(pair.*member)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("there are many formats, all different") {
  const auto formats = date_formats();
  CHECK(formats.size() >= 24);
  std::set<std::string> names;
  std::set<std::string> examples;
  for (const auto& format : formats) {
    names.insert(format.name);
    examples.insert(format.example);
    check_pair({format.example, "2005-04-03"});
  }
  CHECK(names.size() == formats.size());
  CHECK(examples.size() == formats.size());
  CHECK(examples.contains("Sunday, April the 3rd 2005"));
  CHECK(examples.contains("the third of April, 2005"));
  CHECK(names.contains("Weekday, Month D, YYYY"));
}

TEST_CASE("every format of every kind of day is read back") {
  for (const sys_days date :
       {sys_days(January / 1 / 1900), sys_days(February / 29 / 2000), sys_days(May / 22 / 1987),
        sys_days(November / 11 / 2011), sys_days(September / 30 / 2045), sys_days(December / 31 / 2100)}) {
    for (std::size_t f = 0; f < date_formats().size(); ++f) {
      for (const LetterCase c : {LetterCase::as_written, LetterCase::lower, LetterCase::upper}) {
        check_pair({write_date(date, f, c), iso_date(date)});
      }
    }
  }
  for (unsigned d = 1; d <= 31; ++d) {
    const sys_days date(year(2024) / month(8) / day(d));
    for (std::size_t f = 0; f < date_formats().size(); ++f)
      check_pair({write_date(date, f, LetterCase::lower), iso_date(date)});
  }
}

TEST_CASE("generated pairs are right, in all letter cases, and their splits are disjoint") {
  const auto splits = generate_dates(3000, 400, 300, 7);
  REQUIRE(splits.train.size() == 3000);
  REQUIRE(splits.valid.size() == 400);
  REQUIRE(splits.test.size() == 300);
  for (const auto* split : {&splits.train, &splits.valid, &splits.test}) {
    for (const auto& pair : *split) check_pair(pair);
    CHECK(sources(*split).size() == split->size());
  }
  for (const auto member : {&DatePair::source, &DatePair::target}) {
    CHECK_FALSE(overlap(splits.train, splits.valid, member));
    CHECK_FALSE(overlap(splits.train, splits.test, member));
    CHECK_FALSE(overlap(splits.valid, splits.test, member));
  }
  int upper = 0;
  int small = 0;
  for (const auto& pair : splits.train) {
    const bool has_lower = pair.source.find_first_of("aeiouy") != std::string::npos;
    const bool has_upper = pair.source.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos;
    upper += has_upper && !has_lower ? 1 : 0;
    small += has_lower && !has_upper ? 1 : 0;
  }
  CHECK(upper > 500);
  CHECK(small > 500);
}

TEST_CASE("a day is used again only when all days were used, and then in another form") {
  const auto splits = generate_dates(150'000, 1, 1, 3);
  REQUIRE(splits.train.size() == 150'000);
  CHECK(sources(splits.train).size() == 150'000);
  std::unordered_map<std::string, int> uses;
  for (const auto& pair : splits.train) ++uses[pair.target];
  CHECK(uses.size() > 73'000);
  for (const auto& [target, count] : uses) {
    const bool even = count == 2 || count == 3;
    REQUIRE(even);
  }
}

TEST_CASE("the data is a function of sizes and seed") {
  const auto first = generate_dates(50, 5, 5, 1);
  const auto again = generate_dates(50, 5, 5, 1);
  const auto other = generate_dates(50, 5, 5, 2);
  bool same = true;
  bool differs = false;
  for (std::size_t i = 0; i < 50; ++i) {
    same = same && first.train[i].source == again.train[i].source && first.train[i].target == again.train[i].target;
    differs = differs || first.train[i].source != other.train[i].source;
  }
  CHECK(same);
  CHECK(differs);
  CHECK(first.train.front().source == "April 9 2052");
  CHECK(first.train.front().target == "2052-04-09");
}

TEST_CASE("one pair, or none") {
  const auto one = generate_dates(1, 1, 1, 1);
  CHECK(one.train.size() == 1);
  CHECK(one.valid.size() == 1);
  CHECK(one.test.size() == 1);
  const auto none = generate_dates(0, 0, 0, 1);
  CHECK(none.train.empty());
  CHECK(none.test.empty());
}

TEST_CASE("more dates than there are") {
  const std::int64_t most = most_date_pairs();
  CHECK(most > 1'000'000);
  CHECK_THROWS_AS(generate_dates(most + 1, 0, 0, 1), UserError);
  CHECK_THROWS_WITH(generate_dates(most + 1, 1, 1, 1), ContainsSubstring("'train_size' = " + std::to_string(most + 1)) &&
                                                           ContainsSubstring(std::to_string(most)));
  CHECK_THROWS_WITH(generate_dates(10, 1'000'000'000, 1, 1), ContainsSubstring("'valid_size'"));
  CHECK_THROWS_WITH(generate_dates(1, 1, most - 1, 1), ContainsSubstring("'test_size'"));
}
