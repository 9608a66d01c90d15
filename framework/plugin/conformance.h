#pragma once

// The conformance suite: what every plugin of a kind must hold, whatever its equations.

#include <functional>
#include <string>
#include <vector>

#include "plugin/registry.h"

namespace seqlab {

struct CheckResult {
  std::string name;  // "gradient in f64 agrees with finite differences"
  bool passed = false;
  std::string detail;  // the measured figure, or what went wrong and where
};

/// Hears of each check before it begins and when it has ended: what is known of a component that ends the process.
struct CheckObserver {
  std::function<void(const std::string& name)> begins = [](const std::string&) {};
  std::function<void(const CheckResult& result)> ended = [](const CheckResult&) {};
};

/// Runs the suite of the component's kind. Never throws for what the component does; what it does to the process, by a crash
/// or without end, is the caller's to bear.
std::vector<CheckResult> check_component(const Component& component, const Registry& registry,
                                         const CheckObserver& observer = {});

}  // namespace seqlab
