#include "plugin/conformance_kinds.h"

#include <fmt/format.h>

#include <cmath>

#include "autodiff/gradient_check.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab::conformance {

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw UserError(otherwise);
}

std::vector<double> numbers(std::int64_t count, std::string_view stream) {
  Random random(7, stream);
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = random.uniform(-1, 1);
  return values;
}

Var weighted_sum(Var x) {
  const std::int64_t count = x.shape().elements();
  const Var weights = x.tape().constant({1, count}, numbers(count, "weights"));
  const Var dense = reshape(x, {1, count});
  return reshape(pointwise_sum([](auto v, auto w) { return v * w; }, dense, weights), {1, 1});
}

std::string gradient_agrees(const std::function<Var(Tape&)>& loss, const ParameterSet& parameters) {
  const GradientCheck check = check_gradient(loss, parameters.leaves());
  require(check.worst < 1e-6, fmt::format("relative difference {:.2g} at {}", check.worst, check.where));
  return fmt::format("worst relative difference {:.1g} over {} numbers", check.worst, check.elements);
}

std::string all_touched(const ParameterSet& parameters) {
  for (const Leaf* leaf : parameters.leaves()) {
    bool any = false;
    if (leaf->touched != Touched::nothing) {
      for (const double value : bits_of(leaf->gradient)) any = any || value != 0.0;
    }
    require(any, fmt::format("parameter '{}' gets no gradient", leaf->name));
  }
  return fmt::format("{} parameters", parameters.leaves().size());
}

std::vector<double> bits_of(const Tensor& tensor) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) values.push_back(tensor.at(r, c));
  }
  return values;
}

double difference(const Tensor& a, const Tensor& b, double tolerance, const std::string& what) {
  const auto left = bits_of(a);
  const auto right = bits_of(b);
  require(left.size() == right.size(), what + ": sizes differ");
  double worst = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double gap = std::abs(left[i] - right[i]);
    require(gap <= tolerance, fmt::format("{}: {:.9g} and {:.9g}", what, left[i], right[i]));
    worst = std::max(worst, gap);
  }
  return worst;
}

}  // namespace seqlab::conformance
