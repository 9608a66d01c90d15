#include "experiment/duration.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "core/error.h"

namespace seqlab {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr std::array<Unit, 6> kUnits = {{{"d", 86400}, {"h", 3600}, {"min", 60}, {"m", 60}, {"s", 1}, {"ms", 0.001}}};
constexpr double kLongest = 365 * 86400.0;

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    throw UserError(fmt::format("'{}' is not a duration: {}; write 45s, 30min, 2h or 1h30min", text, why));
  };
  std::string_view rest = text;
  double seconds = 0;
  double last_unit = 2 * kUnits.front().seconds;
  if (rest.empty()) refuse("it is empty");
  while (!rest.empty()) {
    double amount = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), amount, std::chars_format::fixed);
    if (error != std::errc() || amount < 0) refuse(fmt::format("a number should stand at '{}'", rest));
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    std::size_t length = 0;
    while (length < rest.size() && rest[length] >= 'a' && rest[length] <= 'z') ++length;
    const std::string_view name = rest.substr(0, length);
    if (name.empty()) refuse("a unit is missing");
    double unit = 0;
    for (const Unit& known : kUnits) {
      if (known.name == name) unit = known.seconds;
    }
    if (unit == 0) refuse(fmt::format("unknown unit '{}' (known: d, h, min, s, ms)", name));
    if (unit >= last_unit) refuse("units go from large to small");
    last_unit = unit;
    seconds += amount * unit;
    rest.remove_prefix(length);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
  }
  if (!(seconds >= 0.001)) refuse("it is zero");
  if (!(seconds <= kLongest)) refuse("it is longer than 365 days");
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::string spoken_duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  if (seconds <= 0) return "0 s";
  if (seconds < 10 && seconds != std::floor(seconds)) return fmt::format("{:.1f} s", seconds);
  const auto total = static_cast<std::int64_t>(std::llround(seconds));
  const std::int64_t days = total / 86400;
  const std::int64_t hours = total / 3600 % 24;
  const std::int64_t minutes = total / 60 % 60;
  const std::int64_t rest = total % 60;
  const auto join = [](std::int64_t large, std::string_view large_unit, std::int64_t small, std::string_view small_unit) {
    return small == 0 ? fmt::format("{} {}", large, large_unit)
                      : fmt::format("{} {} {} {}", large, large_unit, small, small_unit);
  };
  if (days > 0) return join(days, "d", hours, "h");
  if (hours > 0) return join(hours, "h", minutes, "min");
  if (minutes > 0) return join(minutes, "min", rest, "s");
  return fmt::format("{} s", rest);
}

}  // namespace seqlab
