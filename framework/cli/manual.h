#pragma once

// What holds for every command: the options that all share, exit codes, files, environment; and the manual page, made from
// these and from the table of commands.

#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"

namespace seqlab {

using Explained = std::vector<std::pair<std::string, std::string>>;  // a name and what it means

/// Adds --db, --json, --quiet, --verbose, --color.
void add_common_options(boost::program_options::options_description& options);

const Explained& exit_codes();
const Explained& environment_variables();
const Explained& files();

/// The manual page in the macros of man(7).
std::string manual_page(const std::vector<Command>& commands);

}  // namespace seqlab
