#pragma once

// The conformance suite over one component, in a process of its own: one that crashes, hangs, eats memory or leaves ends
// alone.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "plugin/conformance.h"

namespace seqlab {

struct InspectionLimits {
  std::chrono::milliseconds time;
  std::int64_t memory = 0;  // bytes
};

/// Starts `program inspect FILE KIND/NAME` and gathers what it says. The check at which the process ended before its time is
/// the last result, failed.
std::vector<CheckResult> inspect_component(const std::string& program, const Component& component,
                                           const InspectionLimits& limits);

}  // namespace seqlab
