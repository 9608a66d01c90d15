#pragma once

// How parameters follow their gradients.

#include <memory>
#include <string>
#include <vector>

#include "nn/parameter.h"

namespace seqlab {

/// sqrt of the sum of squares of all gradients. NaN and infinity come through.
double gradient_norm(const ParameterSet& parameters);

class Optimizer {
 public:
  virtual ~Optimizer();
  /// One update with all gradients multiplied by `scale` (from clipping), then clears them.
  /// Rows of a table that the batch did not touch are left alone (lazy rows), their moments too.
  void step(double scale);
  void set_rate(double rate) { rate_ = rate; }
  [[nodiscard]] double rate() const { return rate_; }

  /// What it remembers of earlier updates, to be kept and given back: with `updates`, its whole state.
  struct Memory {
    std::string name;  // "mean/decoder.recurrent.weight"
    Tensor tensor;     // a view: of the parameter's shape and precision, contiguous
  };
  [[nodiscard]] std::vector<Memory> memory() const;
  [[nodiscard]] std::int64_t updates() const { return updates_; }
  void set_updates(std::int64_t updates) { updates_ = updates; }

 protected:
  /// `slots` names what is kept per number: {"mean", "square"}.
  Optimizer(ParameterSet& parameters, double rate, std::vector<std::string> slots);
  struct Segment {  // a run of numbers that are updated alike
    void* value;
    const void* gradient;
    std::vector<void*> slots;
    std::int64_t count;
  };
  virtual void update(const Segment& segment, double scale) = 0;
  [[nodiscard]] Precision precision() const { return parameters_.precision(); }

 private:
  ParameterSet& parameters_;
  double rate_;
  std::int64_t updates_ = 0;  // done, the one at work included
  std::vector<std::string> slot_names_;
  std::vector<std::vector<double>> memory_;  // per leaf and slot; f32 slots use half of it
  std::vector<std::vector<void*>> slots_;    // per leaf
};

/// Stochastic gradient descent, with momentum: v = m v + g, x -= rate v.
class Sgd final : public Optimizer {
 public:
  Sgd(ParameterSet& parameters, double rate, double momentum);

 private:
  void update(const Segment& segment, double scale) override;
  double momentum_;
};

/// Adam (Kingma and Ba, 2015), with bias correction; the epsilon is added to the corrected root as in PyTorch.
class Adam final : public Optimizer {
 public:
  Adam(ParameterSet& parameters, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8);

 private:
  void update(const Segment& segment, double scale) override;
  double beta1_, beta2_, epsilon_;
};

}  // namespace seqlab
