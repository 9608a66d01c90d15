#pragma once

// Runs and experiments leave the database.

#include <cstdint>
#include <string>
#include <vector>

#include "results/database.h"

namespace seqlab {

struct Removal {
  std::vector<std::int64_t> runs;         // rising, each once
  std::vector<std::int64_t> experiments;  // to go as well
};

/// The runs that experiments hold alone: shown by them, or first asked for by them, and shown by no other experiment.
std::vector<std::int64_t> runs_of_experiments(Database& database, const std::vector<std::int64_t>& experiments);

/// Takes them out with all that is stored of them, in one transaction; variants without a run go too. Returns the files that
/// the runs left (log, artifacts) and that no other run has. UserError that names the runs at work, which are not removed:
/// then nothing is.
std::vector<std::string> remove(Database& database, const Removal& removal);

}  // namespace seqlab
