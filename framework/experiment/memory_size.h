#pragma once

// Amounts of memory as people write them.

#include <cstdint>
#include <string>
#include <string_view>

namespace seqlab {

/// Bytes of "2GB", "500 MB", "1.5GiB": GB is 10^9, GiB 2^30. UserError for anything else and for less than 1 MB.
std::int64_t parse_memory_size(std::string_view text);

/// "2 GB", "1.5 GB", "500 MB".
std::string spoken_memory_size(std::int64_t bytes);

}  // namespace seqlab
