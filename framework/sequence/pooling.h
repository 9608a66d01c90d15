#pragma once

// One vector for a whole sequence, out of what recurrent layers say at its steps.

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
  /// Pool::attention needs an attention for queries and a memory of `width` columns (else none) and adds the parameter
  /// "NAME.query" [1, width]. UserError where that attention counts steps: there is one query.
  Pooling(ParameterSet& parameters, const std::string& name, int width, Pool pool, Attention attention);

  /// What layers gave for rows of these lengths -> [B, width()]. A row of length 0 gives zeros, `last` its initial state.
  [[nodiscard]] Var operator()(const Layered& layered, std::span<const int> lengths) const;
  /// Columns of the result.
  [[nodiscard]] int width() const { return width_; }

 private:
  Pool pool_ = Pool::last;
  int width_ = 0;
  Attention attention_;
  Parameter query_;
};

}  // namespace seqlab
