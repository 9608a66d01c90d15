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
  const Var weights = x.tape().constant(x.shape(), numbers(x.shape().elements(), "weights"));
  const Var rows = pointwise_sum([](auto v, auto w) { return v * w; }, x, weights);
  return reshape(pointwise_sum([](auto v) { return v * 1.0; }, reshape(rows, {1, rows.shape().elements()})), {1, 1});
}

std::string gradient_agrees(const std::function<Var(Tape&)>& loss, const ParameterSet& parameters) {
  const GradientCheck check = check_gradient(loss, parameters.leaves());
  require(check.worst < 1e-6, fmt::format("relative difference {:.2g} at {}", check.worst, check.where));
  return fmt::format("worst relative difference {:.1g} over {} numbers", check.worst, check.elements);
}

std::vector<OptionValues> variations(const OptionTable& options) {
  std::vector<OptionValues> all;
  for (const OptionRule& rule : options.rules()) {
    const Constraint& limits = rule.constraint;
    if (rule.type == OptionType::boolean) all.push_back({{rule.name, !std::get<bool>(rule.default_value)}});
    if (rule.type == OptionType::text) {
      for (const std::string& choice : limits.choices) {
        if (OptionValue(choice) != rule.default_value) all.push_back({{rule.name, choice}});
      }
    }
    const bool share = rule.type == OptionType::real && limits.minimum == 0.0 && limits.maximum && *limits.maximum <= 1;
    if (share) all.push_back({{rule.name, *limits.maximum / 2}});
  }
  return all;
}

std::string each_variation(const OptionTable& options, const std::function<void(const OptionValues&)>& check) {
  const auto all = variations(options);
  for (const OptionValues& own : all) {
    try {
      check(own);
    } catch (const std::exception& failure) {
      const auto& [name, value] = *own.begin();
      throw UserError(fmt::format("with {} = {}: {}", name, to_text(value), failure.what()));
    }
  }
  return all.empty() ? "no options to vary" : fmt::format("{} variations", all.size());
}

std::string training_equals_reading(const std::function<Var(Tape&)>& loss, Precision precision) {
  Tape training(precision, true);
  Tape reading(precision, false);
  const double recorded = loss(training).value().at(0, 0);
  const double read = loss(reading).value().at(0, 0);
  require(std::abs(recorded - read) <= 1e-12 * (1 + std::abs(read)),
          fmt::format("{:.17g} in training, {:.17g} outside", recorded, read));
  return fmt::format("difference {:.1g}", std::abs(recorded - read));
}

std::string all_touched(const ParameterSet& parameters) {
  for (const Leaf* leaf : parameters.leaves()) {
    bool any = false;
    if (leaf->touched != Touched::nothing) {
      for (const double value : bits_of(leaf->gradient)) {
        require(std::isfinite(value), fmt::format("the gradient of parameter '{}' is not finite", leaf->name));
        any = any || value != 0.0;
      }
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
