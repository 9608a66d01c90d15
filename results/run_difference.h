#pragma once

// In what two runs differ: settings, plugins, results, surroundings.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/database.h"
#include "results/text_table.h"

namespace seqlab {

struct DifferingValue {
  std::string key;
  std::optional<TableCell> a, b;     // nothing: that run has none
  std::optional<double> difference;  // b - a, of numbers
};

struct DifferenceSection {
  std::string name;  // "run", "settings", "results", "plugins", "environment", "facts"
  std::vector<DifferingValue> values;
};

/// Sections in the order above; what is equal is left out. "run" has state, seed, seconds, seconds in training, parameters.
/// Results are keyed "test/bleu best". Both runs must exist.
std::vector<DifferenceSection> run_difference(Database& database, std::int64_t a, std::int64_t b);

}  // namespace seqlab
