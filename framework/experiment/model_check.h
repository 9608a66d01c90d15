#pragma once

// The models of a plan, made once before anything is stored or run: parts that do not go together are found at once.

#include <chrono>

#include "experiment/plan.h"

namespace seqlab {

/// Makes the model of each different variant, without start values and with a few words for its vocabularies, in processes
/// of their own. After check_data(). DiagnosticsError with what the models say of their parts. What is no word to the user
/// is left to the run itself: a plugin that crashes, ends the process or throws something else; one that takes longer than
/// `patience`, after which the models behind it are not looked at either; an embedding whose width only a fit would tell.
void check_models(const Plan& plan, const Registry& registry, std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace seqlab
