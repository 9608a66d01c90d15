#pragma once

// One vector for a whole sequence, out of what recurrent layers say at its steps.

#include <memory>
#include <span>
#include <string>

#include "nn/parameter.h"
#include "sequence/attention.h"
#include "sequence/layers.h"

namespace seqlab {

/// What stands for the sequence: the last step's output (of a backward cell the first's), the mean or the largest number
/// over its steps, or what attention with a learned query makes of them (Yang et al., 2016).
enum class Pool { last, mean, max, attention };

class Pooling {
 public:
  Pooling() = default;
  /// Pool::attention needs a score for queries and a memory of `width` columns (else null) and adds the parameter
  /// "NAME.query" [1, width].
  Pooling(ParameterSet& parameters, const std::string& name, int width, Pool pool, std::unique_ptr<Scoring> score);

  /// What layers gave for rows of these lengths -> [B, units]. A row of length 0 gives zeros, `last` its initial state.
  [[nodiscard]] Var operator()(const Layered& layered, std::span<const int> lengths) const;

 private:
  Pool pool_ = Pool::last;
  std::unique_ptr<Scoring> score_;
  Parameter query_;
};

}  // namespace seqlab
