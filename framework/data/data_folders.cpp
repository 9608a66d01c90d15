#include "data/data_folders.h"

#include <cstdlib>

namespace seqlab {
namespace {

std::filesystem::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<std::filesystem::path> data_mirror() {
  const auto value = variable(kMirrorVariable);
  if (value.empty()) return std::nullopt;
  return std::filesystem::absolute(value).lexically_normal();
}

std::optional<std::filesystem::path> data_cache() {
  // A relative XDG_CACHE_HOME counts as none: so the XDG base directory specification.
  if (const auto cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "seqlab" / "data";
  if (const auto home = variable("HOME"); home.is_absolute()) return home / ".cache" / "seqlab" / "data";
  return std::nullopt;
}

}  // namespace seqlab
