#pragma once

// From an older version of the schema to the current one.

#include <cstdint>

#include "results/database.h"

namespace seqlab {

/// Carries out the migrations after version `from` and sets user_version, within the caller's transaction and with foreign
/// keys off. All rows are kept. The schema's views are made anew, those of experiments as they were. DatabaseError or
/// EnvironmentError where the file does not hold what its version says.
void bring_up_to_date(Database& database, std::int64_t from);

}  // namespace seqlab
