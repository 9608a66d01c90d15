#pragma once

// Durations as people write them.

#include <chrono>
#include <string>
#include <string_view>

namespace seqlab {

/// "45s", "30min", "2h", "1h30min", "1d", "0.5h". UserError for anything else, for zero and for more than 365 days.
std::chrono::milliseconds parse_duration(std::string_view text);

/// "40 s", "2 min 5 s", "1 h 30 min", "3 d 4 h": at most two units.
std::string spoken_duration(double seconds);

}  // namespace seqlab
