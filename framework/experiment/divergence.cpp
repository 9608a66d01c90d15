#include "experiment/divergence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "autodiff/not_finite.h"
#include "core/error.h"

namespace seqlab {
namespace {

constexpr std::int64_t kUpdates = 20;  // in a row, to be sure

/// "parameter a is not finite", "parameters a, b, c and 4 more are not finite", "all parameters are finite".
template <class Chosen>
std::string list(const ParameterSet& parameters, const std::string& of_parameters, Chosen&& chosen) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> names;
  for (const Leaf* leaf : parameters.leaves()) {
    if (chosen(*leaf)) names.push_back(leaf->name);
  }
  if (names.empty()) return fmt::format("{}all parameters {} finite", of_parameters, of_parameters.empty() ? "are" : "is");
  const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
  names.resize(names.size() - more);
  const std::string verb = names.size() == 1 || !of_parameters.empty() ? "is" : "are";
  return fmt::format("{}parameter{} {}{} {} not finite", of_parameters, names.size() == 1 ? "" : "s", fmt::join(names, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "", verb);
}

std::string place(const NotFinite& found, const Tape& tape) {
  std::string text =
      fmt::format("{} (value {} of {} on the tape", to_text(found.origin), found.index + 1, tape.value_count());
  if (found.origin.leaf == nullptr && found.before != nullptr) text += fmt::format(", after {}", found.before->name);
  return text + ")";
}

}  // namespace

void Divergence::see(double loss, std::int64_t step) {
  if (factor_ <= 0) return;
  if (!started_) {
    started_ = true;
    start_ = loss;
  }
  above_ = start_ > 0 && loss > factor_ * start_ ? above_ + 1 : 0;
  if (above_ < kUpdates) return;
  throw UserError(
      fmt::format("training diverges: the loss is {:.4g} at step {} and was above {} times its start ({:.4g}) for {} "
                  "updates; lower train.optimizer.rate or train.clip, or set train.divergence = 0",
                  loss, step, factor_, start_, kUpdates));
}

std::string explain_loss(const Tape& tape, const ParameterSet& parameters) {
  const auto found = first_not_finite_value(tape);
  const std::string where = found ? "first in " + place(*found, tape) : "no value on the tape shows where";
  return where + "; " + list(parameters, "", [](const Leaf& leaf) { return !all_finite(leaf.value); });
}

std::string explain_gradient(const Tape& tape, const ParameterSet& parameters) {
  const auto found = first_not_finite_gradient(tape);
  const std::string where = found ? "at the result of " + place(*found, tape) : "in no value but the parameters' own";
  return "first, on the way back, " + where + "; " + list(parameters, "the gradient of ", [](const Leaf& leaf) {
           return leaf.touched != Touched::nothing && !all_finite(leaf.gradient);
         });
}

}  // namespace seqlab
