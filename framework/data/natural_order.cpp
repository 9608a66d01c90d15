#include "data/natural_order.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace seqlab {
namespace {

/// The number at the front of `text`, which loses it: its digits without leading zeros.
std::string_view take_digits(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  const std::string_view digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  return digits;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool comes_before(std::string_view a, std::string_view b) {
  double left = 0;
  double right = 0;
  const auto number = [](std::string_view text, double& value) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size();
  };
  const bool whole = a.find_first_not_of("0123456789") == std::string_view::npos &&
                     b.find_first_not_of("0123456789") == std::string_view::npos;  // of any length: nanoseconds
  if (!whole && number(a, left) && number(b, right)) return left < right;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_digits(a);
      const std::string_view y = take_digits(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.empty() && !b.empty();
}

}  // namespace seqlab
