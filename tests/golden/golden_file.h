#pragma once

// Golden values: what PyTorch computed (make_golden.py), and how far this library is from it.

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nn/parameter.h"
#include "plugin/registry.h"

namespace seqlab::golden {

using Json = nlohmann::json;

/// The cases of tests/golden/<name>.json.
Json cases(const std::string& name);

/// All plugins of the build folder.
const Registry& registry();

/// A table of a case as options of a component.
OptionValues options(const Json& table);

/// Numbers of nested lists, in order; null becomes NaN.
std::vector<double> numbers(const Json& nested);

/// All numbers of a tensor, row by row.
std::vector<double> numbers(const Tensor& tensor);

/// The largest of |ours - golden| / max(1, |golden|) that was seen, and where.
class Distance {
 public:
  /// `golden` may hold null where ours may be anything. Other counts of numbers, or numbers that are not finite: infinitely
  /// far.
  void compare(const std::string& what, const std::vector<double>& ours, const Json& golden);
  [[nodiscard]] double worst() const { return worst_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] std::int64_t compared() const { return compared_; }

 private:
  void note(double gap, const std::string& where);
  double worst_ = 0;
  std::string where_ = "nowhere";
  std::int64_t compared_ = 0;
};

/// What a case computes: a loss [1, 1], or outputs of which "loss_weights" make one.
struct Computed {
  std::map<std::string, Var> outputs;
  Var loss;
};

/// Gives every parameter the case's value. Throws where the case and the set do not name the same parameters.
void load(const ParameterSet& parameters, const Json& values);

/// The sum of all numbers of x times `weights`: [1, 1].
Var weighted_sum(Var x, const Json& weights);

/// Outputs, loss, and the gradient of every parameter of the case, with the values that the set has now.
Distance distance(const Json& golden, const ParameterSet& parameters, const std::function<Computed(Tape&)>& compute);

/// How far a precision may be away: 1e-9 or 1e-4.
double tolerance(Precision precision);

}  // namespace seqlab::golden
