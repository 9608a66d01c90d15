#pragma once

// A plan as text and JSON: what `run --dry-run` and `check` print.

#include <string>

#include "experiment/plan.h"

namespace seqlab {

/// One line per variant with its seeds.
std::string plan_listing(const Plan& plan);
/// "note: a.toml:7: ..." for each note of the plan, folded to `width` columns; "" where there is none.
std::string plan_notes(const Plan& plan, int width);
/// A list of objects: experiment, label, seed, code, settings.
std::string plan_json(const Plan& plan);

}  // namespace seqlab
