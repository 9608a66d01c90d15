#pragma once

// --only: the part of a plan that the user asks for.

#include <string>
#include <vector>

#include "experiment/plan.h"

namespace seqlab {

/// The values that K=A,B names, as to_text() writes them: parsed like those of --grid.
std::vector<std::string> listed_values(const std::string& values);

/// Takes the runs out of the plan that --only does not name. UserError for a key that no run has, NothingMatched where no
/// run is left.
void select_runs(const PlanRequest& request, Plan& plan);

}  // namespace seqlab
