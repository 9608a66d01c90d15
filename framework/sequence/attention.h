#pragma once

// Attention around any score: the host projects, masks, normalises, sums and hands out the weights. The same class serves a
// decoder that asks one query a step, the pooling of a sequence, and layers whose queries all come at once.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autodiff/attend.h"
#include "nn/linear.h"
#include "nn/parameter.h"
#include "sequence/attention_options.h"
#include "sequence/attention_window.h"
#include "sequence/scoring.h"

namespace seqlab {

/// A memory that is ready to be asked.
struct AttentionMemory {
  std::vector<Var> keys;         // of each head, [B, S, A]
  std::vector<Var> values;       // of each head, [B, S, V]
  std::span<const int> lengths;  // [B], kept on the tape
  bool causal = false;           // query t sees the positions up to t
};

/// What attention carries from one step to the next. Each sentence may have K hypotheses, next to each other: R = B * K
/// rows, which can be chosen and repeated.
struct AttentionState {
  int step = 0;              // how many came before
  std::vector<Var> carried;  // [R, ...] each; none where the attention carries nothing
};

class Attention {
 public:
  /// Makes the score with the parameters "NAME. ..." for queries and a memory of these widths.
  using MakeScore = std::function<std::unique_ptr<Scoring>(const std::string& name, int query_size, int memory_size)>;

  Attention() = default;  // of a model without attention: exists() is false
  /// Parameters: of the score "NAME. ..." (with several heads "NAME.head1. ..."), of the projections
  /// "NAME.project_query.weight", "NAME.project_keys.weight", "NAME.project_values.weight", of a head's window and coverage
  /// "NAME[.head1].window. ..." and "NAME[.head1].coverage". UserError where the heads do not divide a width.
  Attention(ParameterSet& parameters, const std::string& name, int query_size, int memory_size,
            const AttentionOptions& options, const MakeScore& make);

  [[nodiscard]] bool exists() const { return !heads_.empty(); }
  [[nodiscard]] int context_size() const { return context_size_; }  // V, all heads together
  /// How many parts AttentionState::carried has.
  [[nodiscard]] std::size_t carries() const;
  /// Whether a query's answer depends on its step or on the queries before it.
  [[nodiscard]] bool counts_steps() const { return counts_steps_; }
  /// The same, on the queries before it: then queries that come together are answered one by one.
  [[nodiscard]] bool one_by_one() const { return one_by_one_; }

  /// memory [B, S, M], row b lengths[b] long.
  [[nodiscard]] AttentionMemory remember(Var memory, std::span<const int> lengths, bool causal = false) const;
  /// The state before the first step, for K hypotheses of each sentence.
  [[nodiscard]] AttentionState start(const AttentionMemory& memory, int hypotheses = 1) const;
  /// One step of the K hypotheses of each sentence: query [B, K, Q] -> context [B, K, V] and weights [B, K, S], the mean of
  /// all heads.
  [[nodiscard]] Attended step(Var query, const AttentionMemory& memory, AttentionState& state) const;
  /// T steps at once, from the first on: query [B, T, Q] -> context [B, T, V] and weights [B, T, S].
  [[nodiscard]] Attended operator()(Var query, const AttentionMemory& memory) const;

 private:
  struct Head {
    std::unique_ptr<Scoring> score;
    AttentionWindow window;
    Parameter coverage;  // [1]; where there is coverage
  };
  /// All heads on projected queries, which are of one step or of one after the other.
  Attended ask(Var query, const AttentionMemory& memory, AttentionState& state, bool together) const;
  Attended ask(std::size_t head, Var query, const AttentionMemory& memory, AttentionState& state, bool together) const;

  std::vector<Head> heads_;
  Linear project_query_, project_keys_, project_values_;
  bool projects_keys_ = false;
  bool projects_values_ = false;
  bool one_by_one_ = false;  // coverage or a monotonic window: a query needs the weights of the one before
  bool counts_steps_ = false;
  int context_size_ = 0;
};

}  // namespace seqlab
