#pragma once

// A plan as text and JSON: what `run --dry-run` and `check` print.

#include <string>

#include "experiment/plan.h"

namespace seqlab {

/// One line per variant with its seeds.
std::string plan_listing(const Plan& plan);
/// A list of objects: experiment, label, seed, code, settings.
std::string plan_json(const Plan& plan);

}  // namespace seqlab
