#pragma once

// The models of a plan, made once before anything is stored or run: parts that do not go together are found at once.

#include "experiment/plan.h"

namespace seqlab {

/// Makes the model of each different variant, without start values and with a few words for its vocabularies, in a process
/// of its own: a plugin that crashes or hangs there is left to its own run. After check_data(). DiagnosticsError with what
/// the models say of their parts.
void check_models(const Plan& plan, const Registry& registry);

}  // namespace seqlab
