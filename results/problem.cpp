#include "results/problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace seqlab {
namespace {

/// Whether a setting says what is to be solved. Not how a text is cut, what of it is known or how much of it there is to
/// learn from: those are choices.
bool sets_problem(std::string_view key) {
  constexpr std::array<std::string_view, 18> kKeys{
      "data.task",   "data.source",     "data.format",    "data.test",   "data.test_size", "data.test_share",
      "data.valid",  "data.valid_size", "data.fold",      "data.bleu",   "data.leaves",    "data.label",
      "data.target", "data.horizon",    "data.transform", "data.length", "data.delay",     "data.distance"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

}  // namespace

std::vector<Problem> problems(const Comparison& comparison) {
  std::vector<std::size_t> factors;
  for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
    const bool fixed = std::ranges::find(comparison.fixed, f) != comparison.fixed.end();
    if (!fixed && sets_problem(comparison.factors[f])) factors.push_back(f);
  }
  std::vector<Problem> found;
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    const ComparedVariant& variant = comparison.variants[v];
    std::vector<std::string> parts;
    for (const std::size_t f : factors) parts.push_back(comparison.label_part(variant, f));
    const std::string label = fmt::format("{}", fmt::join(parts, "/"));
    auto problem = std::ranges::find(found, label, &Problem::label);
    if (problem == found.end()) {
      problem = found.insert(found.end(), {label, {}, comparison});
      problem->comparison.variants.clear();
      problem->comparison.fixed.insert(problem->comparison.fixed.end(), factors.begin(), factors.end());
    }
    problem->variants.push_back(v);
    problem->comparison.variants.push_back(variant);
  }
  return found;
}

}  // namespace seqlab
