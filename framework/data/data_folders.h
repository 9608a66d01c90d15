#pragma once

// Where data files lie: the mirror that SEQLAB_DATA_MIRROR names (a relative path starts at the current folder), then the
// cache that `seqlab data get` fills.

#include <filesystem>
#include <optional>

namespace seqlab {

inline constexpr const char* kMirrorVariable = "SEQLAB_DATA_MIRROR";

/// The mirror, absolute; nothing where the variable is not set. It need not exist.
std::optional<std::filesystem::path> data_mirror();

/// $XDG_CACHE_HOME/seqlab/data, else ~/.cache/seqlab/data; nothing where neither is known. It need not exist.
std::optional<std::filesystem::path> data_cache();

}  // namespace seqlab
