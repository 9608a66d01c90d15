#pragma once

// Runs that are stored as running although nobody works on them any more.

#include <cstdint>
#include <string_view>
#include <vector>

#include "results/database.h"

namespace seqlab {

/// What is said of them.
inline constexpr std::string_view kLostReason = "its process ended without a word";

/// Running runs of this host whose process and scheduler are both gone, or whose machine was started anew.
std::vector<std::int64_t> dead_runs(Database& database);

/// From now on this connection sees dead runs as lost, in tables and views: for readers of a file that they may not write.
/// It does so by temporary views in front of `run` and of what looks at it; nothing is stored.
void see_dead_as_lost(Database& database);

}  // namespace seqlab
