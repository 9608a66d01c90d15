#pragma once

// Attention around any score: the host masks, normalises, sums and hands out the weights.

#include <span>

#include "autodiff/attend.h"

namespace seqlab {

/// What attention needs of a score.
class Scoring {
 public:
  virtual ~Scoring();
  /// What of the score depends on the memory alone, once per sentence: [B, S, M] -> [B, S, A].
  [[nodiscard]] virtual Var keys(Var memory) const { return memory; }
  /// How well each position answers each query: query [B, T, Q], keys [B, S, A] -> raw numbers [B, T, S].
  [[nodiscard]] virtual Var score(Var query, Var keys) const = 0;
};

/// A memory that is ready to be asked.
struct AttentionMemory {
  Var memory;                    // [B, S, M]
  Var keys;                      // [B, S, A]
  std::span<const int> lengths;  // [B], kept on the tape
};

AttentionMemory remember(const Scoring& score, Var memory, std::span<const int> lengths);

/// query [B, T, Q] -> context [B, T, M] and weights [B, T, S].
Attended attend(const Scoring& score, Var query, const AttentionMemory& memory);

// For authors of scores.
/// [B, T, A] -> [B, T, 1, A]: one value per query, the same for all positions.
Var per_query(Var x);
/// [B, S, A] -> [B, 1, S, A]: one value per position, the same for all queries.
Var per_position(Var x);
/// x with every row of its last dimension scaled to length 1 (lengths under 1e-6 count as 1e-6).
Var normalise(Var x);

}  // namespace seqlab
