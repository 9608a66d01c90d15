#pragma once

#include <string>

#include "autodiff/affine.h"
#include "nn/parameter.h"

namespace seqlab {

enum class Bias { with, without };
inline constexpr Bias with_bias = Bias::with;
inline constexpr Bias no_bias = Bias::without;

/// y = x W + b with W [inputs, outputs] ("name.weight") and b [outputs] ("name.bias").
class Linear {
 public:
  Linear() = default;
  Linear(ParameterSet& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs, Bias bias,
         const Initialiser& start = init::xavier());

  /// [..., inputs] -> [..., outputs]
  Var operator()(Var x) const;
  /// Start value of `count` biases from `first` on: for a constructor, before training.
  void start_bias(std::int64_t first, std::int64_t count, double value) const;
  [[nodiscard]] const Parameter& weight() const { return weight_; }
  [[nodiscard]] const Parameter& bias() const { return bias_; }  // InternalError in use where there is none

 private:
  Parameter weight_;
  Parameter bias_;
  bool has_bias_ = false;
};

}  // namespace seqlab
