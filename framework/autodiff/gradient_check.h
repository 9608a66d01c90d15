#pragma once

// The exactness test of every operation and plugin: gradients in f64 against central differences.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "autodiff/tape.h"

namespace seqlab {

struct GradientCheck {
  double worst = 0;           // largest |analytic - numeric| / max(1e-3, |analytic|, |numeric|); NaN where one is
  std::string where;          // leaf and element of the worst
  std::int64_t elements = 0;  // compared
};

/// Builds `loss` on a fresh f64 tape and compares the gradient of every leaf with central differences, each element (or
/// `at_most` evenly spread ones of each leaf). The leaves must be f64. Loss must be a deterministic function of them.
GradientCheck check_gradient(const std::function<Var(Tape&)>& loss, std::span<Leaf* const> leaves, int at_most = 200);

}  // namespace seqlab
