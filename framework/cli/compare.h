#pragma once

// What `seqlab compare` prints, for the commands that end with it.

#include <string>

namespace seqlab {

/// Prints the comparison of an experiment on stdout. `format`: "table", "csv", "json", "markdown" or "latex". Returns the
/// exit code. NothingMatched where the database or the experiment does not exist, UserError for an unknown format.
int print_comparison(const std::string& database, const std::string& experiment, const std::string& format);

}  // namespace seqlab
