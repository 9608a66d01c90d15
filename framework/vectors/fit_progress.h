#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace seqlab {

/// How far the making of word vectors is.
struct FitStep {
  std::string phase;       // "reading", "training"
  double share = 0;        // of the phase: 0 to 1
  std::int64_t items = 0;  // done so far in the phase
  std::string unit;        // of the items: "words", "cells"
};

/// Called a few times a second at most, from one thread at a time. Empty: nobody watches.
using FitProgress = std::function<void(const FitStep&)>;

}  // namespace seqlab
