#pragma once

// The conformance suite: what every plugin of a kind must hold, whatever its equations.

#include <string>
#include <vector>

#include "plugin/registry.h"

namespace seqlab {

struct CheckResult {
  std::string name;  // "gradient in f64 agrees with finite differences"
  bool passed = false;
  std::string detail;  // the measured figure, or what went wrong and where
};

/// Runs the suite of the component's kind. Never throws for what the component does.
std::vector<CheckResult> check_component(const Component& component, const Registry& registry);

}  // namespace seqlab
