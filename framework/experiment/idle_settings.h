#pragma once

// Settings that a user wrote down and that change nothing.

#include <string>
#include <vector>

#include "experiment/layers.h"
#include "experiment/plan.h"
#include "plugin/registry.h"

namespace seqlab {

/// "a.toml:7: data.subwords changes nothing: tokens is not "subword"": for each value of the experiment file and the command
/// line, or swept there, that another setting keeps from having a say in any run of the plan. Defaults and base files are
/// left out: those serve other experiments too.
std::vector<std::string> idle_settings(const ExperimentLayers& layers, const Plan& plan, const Registry& registry);

}  // namespace seqlab
