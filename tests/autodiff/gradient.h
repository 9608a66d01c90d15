#pragma once

// Losses for tests of gradients.

#include <functional>
#include <string>
#include <vector>

#include "autodiff/gradient_check.h"
#include "autodiff/pointwise.h"
#include "nn/parameter.h"

namespace seqlab::test {

/// Every number of `x` times a weight of its own, summed: [1, 1]. No two gradients are alike, so a swapped one shows.
inline Var weigh(Var x) {
  const std::int64_t count = x.shape().elements();
  Random random(23, "weights");
  std::vector<double> weights(static_cast<std::size_t>(count));
  for (double& weight : weights) weight = random.uniform(0.5, 2);
  Tape& tape = x.tape();
  const Shape shape = x.shape();
  const Var dense = pointwise([](auto v, auto w) { return v * w; }, x, tape.constant(shape, weights));
  return reshape(pointwise_sum([](auto v) { return v; }, reshape(dense, {1, count})), {1, 1});
}

/// Parameters of an equation, random, in f64.
class Inputs {
 public:
  explicit Inputs(Precision precision = Precision::f64) : set(precision, 5) {}
  Parameter operator()(const std::string& name, Shape shape) { return set.add(name, shape, init::uniform(1)); }
  ParameterSet set;
};

/// Analytic against numeric gradient of every parameter: "" where they agree to 1e-6, else the worst place.
inline std::string wrong_gradient(const Inputs& inputs, const std::function<Var(Tape&)>& loss) {
  const GradientCheck check = check_gradient(loss, inputs.set.leaves());
  if (check.elements == 0) return "nothing was compared";
  return check.worst < 1e-6 ? "" : check.where;
}

}  // namespace seqlab::test
