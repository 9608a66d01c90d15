#include "nn/linear.h"

#include "core/error.h"

namespace seqlab {

Linear::Linear(ParameterSet& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs, Bias bias,
               const Initialiser& start)
    : weight_(parameters.add(name + ".weight", {inputs, outputs}, start)), has_bias_(bias == Bias::with) {
  if (has_bias_) bias_ = parameters.add(name + ".bias", {outputs}, init::zeros());
}

void Linear::start_bias(std::int64_t first, std::int64_t count, double value) const {
  expect(has_bias_, "a map with a bias");
  fill(bias_.leaf().value.slice_columns(first, count), value);
}

Var Linear::operator()(Var x) const { return affine(x, weight_.leaf(), has_bias_ ? &bias_.leaf() : nullptr); }

}  // namespace seqlab
