#pragma once

// The host's wiring, as a plugin sees it: sizes, and the making of parameters under the part's own name.

#include <string>

#include "nn/layer_norm.h"
#include "nn/linear.h"
#include "nn/network.h"
#include "nn/parameter.h"

namespace seqlab {

class Context {
 public:
  Context(ParameterSet& parameters, std::string scope) : parameters_(&parameters), scope_(std::move(scope)) {}

  /// A learned linear map, named "scope.name".
  Linear linear(const std::string& name, std::int64_t inputs, std::int64_t outputs, Bias bias = with_bias,
                const Initialiser& start = init::xavier()) {
    return {*parameters_, path(name), inputs, outputs, bias, start};
  }
  /// Layer normalisation of [..., size] with a learned gain and bias, named "scope.name".
  LayerNorm layer_norm(const std::string& name, std::int64_t size) { return {*parameters_, path(name), size}; }
  /// `layers` layers of tanh as wide as the inputs and a linear map behind them, named "scope.name. ...".
  Network network(const std::string& name, std::int64_t inputs, int layers, std::int64_t outputs) {
    return {*parameters_, path(name), inputs, layers, outputs};
  }
  /// Learned numbers, named "scope.name".
  Parameter parameter(const std::string& name, Shape shape, const Initialiser& start = init::xavier()) {
    return parameters_->add(path(name), shape, start);
  }
  [[nodiscard]] ParameterSet& parameters() const { return *parameters_; }
  [[nodiscard]] std::string path(const std::string& name) const { return scope_.empty() ? name : scope_ + "." + name; }

 private:
  ParameterSet* parameters_;
  std::string scope_;
};

}  // namespace seqlab
