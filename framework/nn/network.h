#pragma once

#include <string>
#include <vector>

#include "nn/linear.h"

namespace seqlab {

/// A feed-forward network: layers of tanh, then a linear map.
class Network {
 public:
  Network() = default;
  /// `layers` >= 0 layers of tanh as wide as the inputs ("NAME.layer1. ..."), then the map to the outputs
  /// ("NAME.output. ...", without a bias where there is one output: softmax would not see it).
  Network(ParameterSet& parameters, const std::string& name, std::int64_t inputs, int layers, std::int64_t outputs);

  /// [..., inputs] -> [..., outputs]
  Var operator()(Var x) const;

 private:
  std::vector<Linear> layers_;
  Linear output_;
};

}  // namespace seqlab
