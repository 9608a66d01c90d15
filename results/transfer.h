#pragma once

// Runs and experiments go from one database into another: export, import.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "results/database.h"

namespace seqlab {

/// What to take from the source, by its ids.
struct Selection {
  bool all = true;
  std::set<std::int64_t> experiments;  // with all their runs
  std::set<std::int64_t> runs;
};

struct TransferReport {
  std::int64_t added = 0;
  std::int64_t replaced = 0;  // there before but not done, and done in the source
  std::int64_t known = 0;     // there already
  std::int64_t running = 0;   // at work in the source: left out
  std::vector<std::string> remarks;
};

/// Adds the runs of `source` to `target`, in one transaction; a second time changes nothing. A run is known by its uuid, or
/// as the same variant, seed and code; one that is done is never replaced, one at work never touched. An experiment of a
/// name that is there already gets the runs it lacks, if it varies the same factors and they compare with those it shows:
/// equal in what all of these have in common, made by the same builds of plugins. What it does not show is remarked, with
/// the reason. Tags and notes are united.
TransferReport transfer(Database& source, Database& target, const Selection& selection);

}  // namespace seqlab
