#pragma once

// The states of recurrent layers on a tape, kept while somebody looks: their gradients show how far back a loss is felt.

#include <vector>

#include "autodiff/tape.h"

namespace seqlab {

struct StateTrace {
  /// One cell's way through a batch.
  struct Layer {
    bool forward = true;       // reads from the first step on
    std::vector<Var> outputs;  // h of each step [B, units], in the order of time
    std::vector<int> lengths;  // [B]
  };
  std::vector<Layer> layers;  // in the order in which they ran
};

}  // namespace seqlab
