#pragma once

// --only: the part of a plan that the user asks for.

#include "experiment/plan.h"

namespace seqlab {

/// Takes the runs out of the plan that --only does not name. UserError for a key that no run has, NothingMatched where no
/// run is left.
void select_runs(const PlanRequest& request, Plan& plan);

}  // namespace seqlab
