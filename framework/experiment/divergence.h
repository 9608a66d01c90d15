#pragma once

// When training is given up: the loss is no number any more, or far above where it started.

#include <cstdint>
#include <string>

#include "autodiff/tape.h"
#include "nn/parameter.h"

namespace seqlab {

/// Watches the losses of the updates. Training has diverged once 20 in a row are above `factor` times the first, which is
/// that of the untrained model; so single bad batches are forgiven.
class Divergence {
 public:
  explicit Divergence(double factor) : factor_(factor) {}  // 0: never
  /// UserError with step, loss and remedy once training has diverged.
  void see(double loss, std::int64_t step);

  template <class Archive>
  void exchange(Archive& archive) {
    archive("divergence.started", started_);
    archive("divergence.start", start_);
    archive("divergence.above", above_);
  }

 private:
  double factor_;
  bool started_ = false;
  double start_ = 0;        // the first loss
  std::int64_t above_ = 0;  // in a row
};

/// Why a loss is not finite: the operation where that came up first and the parameters concerned. After the forward pass.
std::string explain_loss(const Tape& tape, const ParameterSet& parameters);
/// The same of the gradient's norm, after backward().
std::string explain_gradient(const Tape& tape, const ParameterSet& parameters);

}  // namespace seqlab
