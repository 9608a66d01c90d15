#pragma once

// The inputs of a cell of which a part is known for all steps beforehand and the rest only when its step comes: what a
// decoder reads when its own output is fed back.

#include "autodiff/leaf.h"
#include "sequence/recurrence.h"

namespace seqlab {

class SplitProjection {
 public:
  /// known [T, B, K]; at each step `fed` columns are added behind them. Where the cell's project() is a linear map of its
  /// inputs, the known part is computed here, for all steps in one product; else each step is projected as a whole.
  SplitProjection(const Recurrence& cell, Var known, std::int64_t fed);

  /// project() of step t with `fed` [B, fed].
  [[nodiscard]] Var at(int t, Var fed) const;

 private:
  const Recurrence& cell_;
  Var known_;
  Leaf* weight_ = nullptr;  // of the linear map; null: there is none
  Var projected_;           // of the known part [T, B, X]
};

}  // namespace seqlab
