#pragma once

// Where runs happened, stored once for all runs of equal surroundings.

#include <cstdint>
#include <map>
#include <string>

#include "results/database.h"

namespace seqlab {

/// The row of these facts in table environment, made where there is none, within the caller's transaction.
std::int64_t environment_row(Database& database, const std::map<std::string, std::string>& facts);

}  // namespace seqlab
