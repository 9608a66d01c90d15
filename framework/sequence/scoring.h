#pragma once

// What attention needs of a score, and what authors of scores need to write one.

#include "autodiff/tape.h"

namespace seqlab {

class Scoring {
 public:
  virtual ~Scoring();
  /// What of the score depends on the memory alone, once per sentence: [B, S, M] -> [B, S, A].
  [[nodiscard]] virtual Var keys(Var memory) const { return memory; }
  /// How well each position answers each query: query [B, T, Q], keys [B, S, A] -> raw numbers [B, T, S] (or [B, T, S, 1]).
  [[nodiscard]] virtual Var score(Var query, Var keys) const = 0;
};

/// [B, T, A] -> [B, T, 1, A]: one value per query, the same for all positions.
Var per_query(Var x);
/// [B, S, A] -> [B, 1, S, A]: one value per position, the same for all queries.
Var per_position(Var x);
/// x with every row of its last dimension scaled to length 1 (lengths under 1e-6 count as 1e-6).
Var normalise(Var x);

}  // namespace seqlab
