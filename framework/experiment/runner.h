#pragma once

// One run from its resolved settings to its last event: read data, build the model, train, evaluate.

#include "experiment/event.h"
#include "experiment/run_spec.h"
#include "plugin/registry.h"

namespace seqlab {

/// Trains and evaluates. Sends every event but Failed, which is the caller's word when this throws.
void execute_run(const RunSpec& spec, const Registry& registry, EventSink& sink);

}  // namespace seqlab
