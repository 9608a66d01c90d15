#include "experiment/memory_size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "core/error.h"

namespace seqlab {
namespace {

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr std::array<Unit, 6> kUnits = {{{"TB", 1e12},
                                         {"GB", 1e9},
                                         {"MB", 1e6},
                                         {"TiB", 1024.0 * 1024 * 1024 * 1024},
                                         {"GiB", 1024.0 * 1024 * 1024},
                                         {"MiB", 1024.0 * 1024}}};
constexpr double kLeast = 1e6;
constexpr double kMost = 1e15;

}  // namespace

std::int64_t parse_memory_size(std::string_view text) {
  const auto refuse = [&](std::string_view why) -> UserError {
    return UserError(fmt::format("'{}' is not an amount of memory: {}; write 500MB, 2GB or 1.5GiB", text, why));
  };
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
  if (error != std::errc()) throw refuse("it does not begin with a number");
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.empty()) throw refuse("a unit is missing");
  for (const Unit& known : kUnits) {
    if (unit != known.name) continue;
    const double bytes = amount * known.bytes;
    if (!(bytes >= kLeast)) throw refuse("it is less than 1MB");
    if (!(bytes <= kMost)) throw refuse("it is more than any machine has");
    return std::llround(bytes);
  }
  throw refuse(fmt::format("unknown unit '{}' (known: MB, GB, TB, MiB, GiB, TiB)", unit));
}

std::string spoken_memory_size(std::int64_t bytes) {
  const auto size = static_cast<double>(bytes);
  for (const auto& [name, unit] : {Unit{"TB", 1e12}, Unit{"GB", 1e9}, Unit{"MB", 1e6}, Unit{"kB", 1e3}}) {
    if (size >= unit) return fmt::format("{:.4g} {}", size / unit, name);
  }
  return fmt::format("{} B", bytes);
}

}  // namespace seqlab
