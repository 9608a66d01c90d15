#pragma once

// The options of a schema as a person and as a program reads them.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/options.h"

namespace seqlab {

/// One row an option: name, "= default", what is expected, help.
std::vector<std::vector<std::string>> option_rows(const OptionTable& options);

/// A list of objects: name, type, default, expected, help.
nlohmann::json option_json(const OptionTable& options);

}  // namespace seqlab
