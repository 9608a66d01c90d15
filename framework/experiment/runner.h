#pragma once

// One run from its resolved settings to its last event: read data, build the model, train, evaluate.

#include "experiment/event.h"
#include "experiment/run_hooks.h"
#include "experiment/run_spec.h"
#include "plugin/registry.h"

namespace seqlab {

enum class RunEnd { done, stopped };

/// Trains and evaluates, going on from the checkpoint in spec.checkpoint_folder where there is a good one. `stopped`: a hook
/// asked for it and a checkpoint is written; otherwise Done was sent. Sends every event but Failed, which is the caller's
/// word when this throws.
RunEnd execute_run(const RunSpec& spec, const Registry& registry, EventSink& sink, const RunHooks& hooks = {});

}  // namespace seqlab
