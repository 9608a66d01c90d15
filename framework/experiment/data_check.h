#pragma once

// The data of a plan, looked at before anything is stored or run: a missing file or a bad line is found once, at once.

#include "experiment/plan.h"

namespace seqlab {

/// Reads what every variant of the plan reads, each different table [data] once, and makes its content part of what
/// identifies the runs (setting kDataContent, RunSpec::content). Throws UserError as the readers do.
void check_data(Plan& plan);

}  // namespace seqlab
