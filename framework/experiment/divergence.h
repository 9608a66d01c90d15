#pragma once

// When training is given up: the loss is no number any more, or far above where it started.

#include <cstdint>
#include <string>

#include "autodiff/tape.h"
#include "nn/parameter.h"

namespace seqlab {

/// Watches the losses of the updates. The start is the mean of the first 20; training has diverged once 20 in a row are above
/// `factor` times that. One bad batch is forgiven, and so is any loss at or below the start.
class Divergence {
 public:
  explicit Divergence(double factor) : factor_(factor) {}  // 0: never
  /// UserError with step, loss and remedy once training has diverged.
  void see(double loss, std::int64_t step);

  template <class Archive>
  void exchange(Archive& archive) {
    archive("divergence.seen", seen_);
    archive("divergence.start", start_sum_);
    archive("divergence.above", above_);
  }

 private:
  double factor_;
  std::int64_t seen_ = 0;  // of the start
  double start_sum_ = 0;
  std::int64_t above_ = 0;  // in a row
};

/// Why a loss is not finite: the operation where that came up first and the parameters concerned. After the forward pass.
std::string explain_loss(const Tape& tape, const ParameterSet& parameters);
/// The same of the gradient's norm, after backward().
std::string explain_gradient(const Tape& tape, const ParameterSet& parameters);

}  // namespace seqlab
