#pragma once

// Windows of attention: which positions a query may look at, and how those near the centre are favoured.

#include <span>
#include <string>

#include "autodiff/attend.h"
#include "nn/linear.h"
#include "nn/parameter.h"
#include "sequence/attention_options.h"

namespace seqlab {

/// Luong et al. (2015), section 3.2, on positions from 0. D is the width.
///   local_m: query t sees the positions within D of t (of the last position where the memory is shorter).
///   local_p: within D of p = S sigmoid(v . tanh(W q)), S the row's length; weights are multiplied by
///            exp(-(s - p)^2 / (2 (D/2)^2)) and no longer sum to 1.
///   local_p, monotonic: p of step t is p of step t - 1 plus exp(v . tanh(W q)), at most S - 1, starting before the first
///            position (Tjandra et al., 2017, "Local monotonic attention mechanism").
class AttentionWindow {
 public:
  AttentionWindow() = default;
  /// Parameters "NAME.hidden.weight" [Q, Q] and "NAME.direction" [Q] where the centre is predicted.
  AttentionWindow(ParameterSet& parameters, const std::string& name, int query_size, const AttentionOptions& options);

  struct Query {
    Var vectors;    // [B, T, Q]
    int step;       // of the first of them
    bool together;  // they are of one step, else one after the other
    Var before;     // of a monotonic window: where it was at the step before [B, T] (-1 before the first)
  };
  struct View {
    std::span<const Reach> reaches;  // [B] or [B * T]
    Var centre;                      // [B, T] where it is predicted
  };
  /// What queries see of memories of these lengths; `causal`: a query does not see the positions behind its own step.
  [[nodiscard]] View look(const Query& query, std::span<const int> lengths, bool causal) const;

  /// The weights [B, T, S] as the distance from the predicted centre changes them.
  [[nodiscard]] Var weigh(Var weights, Var centre) const;

  [[nodiscard]] bool predicts() const { return kind_ == Kind::local_p; }
  [[nodiscard]] bool monotonic() const { return monotonic_; }
  /// Whether it matters which query comes first.
  [[nodiscard]] bool counts_steps() const { return kind_ == Kind::local_m || monotonic_; }

 private:
  enum class Kind { global, local_m, local_p };
  [[nodiscard]] Var centre(const Query& query, std::span<const int> lengths) const;
  Kind kind_ = Kind::global;
  int width_ = 0;
  bool monotonic_ = false;
  Linear hidden_;
  Parameter direction_;
};

}  // namespace seqlab
