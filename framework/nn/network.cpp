#include "nn/network.h"

#include <fmt/format.h>

#include "autodiff/pointwise.h"

namespace seqlab {

Network::Network(ParameterSet& parameters, const std::string& name, std::int64_t inputs, int layers, std::int64_t outputs) {
  for (int i = 1; i <= layers; ++i)
    layers_.emplace_back(parameters, fmt::format("{}.layer{}", name, i), inputs, inputs, with_bias);
  output_ = Linear(parameters, name + ".output", inputs, outputs, outputs > 1 ? with_bias : no_bias);
}

Var Network::operator()(Var x) const {
  for (const Linear& layer : layers_) x = tanh(layer(x));
  return output_(x);
}

}  // namespace seqlab
