#pragma once

// A plan on its way into the database: experiment, variants, runs, and which runs the experiment shows from now on.

#include <vector>

#include "experiment/ledger.h"
#include "results/database.h"

namespace seqlab {

struct Registered {
  std::vector<RunTicket> tickets;  // in the order of the requests
  std::int64_t experiment = 0;     // row ids
  std::int64_t environment = 0;
};

/// Stores the plan within the caller's transaction; see Ledger::register_plan.
///
/// An experiment shows, for each cell (values of its factors) and seed, the run that was asked for last. Cells of earlier
/// plans stay (a plan restricted by --only takes nothing away) unless they no longer compare: when the list of factors is
/// another one, when a setting that is the same all over the new plan has another value in them, or when another build of a
/// plugin that the new plan uses, or another version of seqlab, made them: means over two builds, or of one beside the
/// other, would say nothing. What was planned stays planned, with the reason. Runs are never deleted.
Registered register_in(Database& database, const ExperimentRecord& experiment, const std::vector<RunRequest>& requests);

}  // namespace seqlab
