#include "golden/golden_file.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab::golden {
namespace {

void append(const Json& nested, std::vector<double>& to) {
  if (nested.is_array()) {
    for (const Json& part : nested) append(part, to);
  } else {
    to.push_back(nested.is_null() ? std::numeric_limits<double>::quiet_NaN() : nested.get<double>());
  }
}

}  // namespace

Json cases(const std::string& name) {
  const auto path = std::filesystem::path(SEQLAB_TESTS_FOLDER) / "golden" / (name + ".json");
  std::ifstream input(path);
  if (!input.good()) throw UserError(fmt::format("cannot read {}", path.string()));
  return Json::parse(input);
}

const Registry& registry() {
  static const Registry all = [] {
    Registry scanned;
    scanned.scan({std::string(SEQLAB_BUILD_FOLDER) + "/plugins"});
    return scanned;
  }();
  return all;
}

OptionValues options(const Json& table) {
  OptionValues values;
  for (const auto& [name, value] : table.items()) {
    if (value.is_boolean()) {
      values[name] = value.get<bool>();
    } else if (value.is_number_integer()) {
      values[name] = value.get<std::int64_t>();
    } else if (value.is_number()) {
      values[name] = value.get<double>();
    } else {
      values[name] = value.get<std::string>();
    }
  }
  return values;
}

std::vector<double> numbers(const Json& nested) {
  std::vector<double> all;
  append(nested, all);
  return all;
}

std::vector<double> numbers(const Tensor& tensor) {
  std::vector<double> all;
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) all.push_back(tensor.at(r, c));
  }
  return all;
}

void Distance::note(double gap, const std::string& where) {
  if (gap <= worst_) return;
  worst_ = gap;
  where_ = where;
}

void Distance::compare(const std::string& what, const std::vector<double>& ours, const Json& golden) {
  const auto wanted = numbers(golden);
  if (ours.size() != wanted.size()) {
    note(std::numeric_limits<double>::infinity(), fmt::format("{}: {} numbers, not {}", what, ours.size(), wanted.size()));
    return;
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) continue;
    const double gap = std::abs(ours[i] - wanted[i]) / std::max(1.0, std::abs(wanted[i]));
    note(std::isfinite(gap) ? gap : std::numeric_limits<double>::infinity(),
         fmt::format("{}[{}]: {:.17g}, not {:.17g}", what, i, ours[i], wanted[i]));
    ++compared_;
  }
}

void load(const ParameterSet& parameters, const Json& values) {
  for (const Leaf* leaf : parameters.leaves()) {
    if (!values.contains(leaf->name)) throw UserError(fmt::format("the golden case has no parameter '{}'", leaf->name));
  }
  for (const auto& [name, nested] : values.items()) {
    Leaf* leaf = parameters.find(name);
    if (leaf == nullptr) throw UserError(fmt::format("there is no parameter '{}'", name));
    const auto all = numbers(nested);
    if (static_cast<std::int64_t>(all.size()) != leaf->value.elements()) {
      throw UserError(
          fmt::format("'{}' is {}, the golden case has {} numbers", name, to_text(leaf->value.shape), all.size()));
    }
    const std::int64_t columns = leaf->value.columns();
    for (std::int64_t i = 0; i < leaf->value.elements(); ++i) {
      leaf->value.set(i / columns, i % columns, all[static_cast<std::size_t>(i)]);
    }
    ++leaf->version;
  }
}

Var weighted_sum(Var x, const Json& weights) {
  const std::int64_t count = x.shape().elements();
  const Var factors = x.tape().constant({1, count}, numbers(weights));
  const Var dense = reshape(x, {1, count});
  return reshape(pointwise_sum([](auto value, auto factor) { return value * factor; }, dense, factors), {1, 1});
}

Distance distance(const Json& golden, const ParameterSet& parameters, const std::function<Computed(Tape&)>& compute) {
  Distance distance;
  Tape tape(parameters.precision(), true);
  const Computed computed = compute(tape);
  Var loss = computed.loss;
  if (golden.contains("outputs") && golden["outputs"].size() != computed.outputs.size()) {
    throw UserError(fmt::format("{} outputs, not {}", computed.outputs.size(), golden["outputs"].size()));
  }
  for (const auto& [name, output] : computed.outputs) {
    distance.compare(name, numbers(output.value()), golden.at("outputs").at(name));
    const Var part = weighted_sum(output, golden.at("loss_weights").at(name));
    loss = loss.exists() ? loss + part : part;
  }
  distance.compare("loss", {loss.value().at(0, 0)}, golden.at("loss"));
  tape.backward(loss);
  for (const auto& [name, gradient] : golden.at("gradients").items()) {
    Leaf* leaf = parameters.find(name);
    if (leaf == nullptr) throw UserError(fmt::format("there is no parameter '{}'", name));
    if (leaf->touched == Touched::nothing) leaf->add_to_all();
    distance.compare("gradient of " + name, numbers(leaf->gradient), gradient);
    leaf->clear_gradient();
  }
  return distance;
}

double tolerance(Precision precision) { return precision == Precision::f64 ? 1e-9 : 1e-4; }

}  // namespace seqlab::golden
