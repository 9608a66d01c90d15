#pragma once

#include <string>

#include "autodiff/layer_norm.h"
#include "nn/parameter.h"

namespace seqlab {

/// Layer normalisation with a learned gain ("name.gain", starts at 1) and bias ("name.bias", starts at 0), both [size].
class LayerNorm {
 public:
  LayerNorm() = default;
  LayerNorm(ParameterSet& parameters, const std::string& name, std::int64_t size)
      : gain_(parameters.add(name + ".gain", {size}, init::constant(1))),
        bias_(parameters.add(name + ".bias", {size}, init::zeros())) {}

  /// [..., size] -> [..., size]
  Var operator()(Var x) const { return layer_norm(x, gain_.on(x.tape()), bias_.on(x.tape())); }
  [[nodiscard]] const Parameter& gain() const { return gain_; }
  [[nodiscard]] const Parameter& bias() const { return bias_; }

 private:
  Parameter gain_, bias_;
};

}  // namespace seqlab
