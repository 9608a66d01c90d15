#pragma once

#include <string>

#include "results/text_table.h"

namespace seqlab {

/// A table as to_text() prints it; but where its lines would be longer than the terminal (or COLUMNS), one record below the
/// other, a line for each column. A pipe gets the table whole.
std::string fitted(const TextTable& table, TableFormat format);

/// The records, each headed by its number; long values are wrapped to `width`.
std::string as_records(const TextTable& table, int width);

}  // namespace seqlab
