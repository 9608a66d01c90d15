#include "results/problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace seqlab {
namespace {

/// Whether a metric's values under different ones of a setting are not to be held against each other.
bool sets_problem(std::string_view key, std::string_view metric) {
  // What is to be solved; not how much of it there is to learn from.
  constexpr std::array<std::string_view, 16> kTasks{"data.task",      "data.source",     "data.format", "data.test",
                                                    "data.test_size", "data.test_share", "data.valid",  "data.valid_size",
                                                    "data.fold",      "data.bleu",       "data.label",  "data.target",
                                                    "data.horizon",   "data.length",     "data.delay",  "data.distance"};
  // What stands at the leaves is a choice where the tree above them is judged, else what is to be said.
  constexpr std::array<std::string_view, 4> kOfTrees{"bracket_f1", "balanced", "well_formed", "repairs"};
  // What a token is and which ones are known is a choice, but not where the metric is a mean over tokens.
  constexpr std::array<std::string_view, 4> kOfTokens{"loss", "perplexity", "bits", "token_accuracy"};
  constexpr std::array<std::string_view, 7> kTokens{"data.tokens",         "data.subwords",   "data.subword_kind",
                                                    "data.joint",          "data.lower_case", "data.minimum_count",
                                                    "data.vocabulary_size"};
  const auto holds = [](const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  const std::string_view name = metric.substr(metric.find('/') + 1);
  return holds(kTasks, key) || ((key == "data.leaves" || key == "data.closings") && !holds(kOfTrees, name)) ||
         (holds(kTokens, key) && holds(kOfTokens, name));
}

}  // namespace

bool names_problem(const Comparison& comparison, std::size_t factor) {
  return sets_problem(comparison.factors[factor], comparison.metric);
}

std::vector<Problem> problems(const Comparison& comparison) {
  std::vector<std::size_t> factors;
  for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
    const bool fixed = std::ranges::find(comparison.fixed, f) != comparison.fixed.end();
    if (!fixed && names_problem(comparison, f)) factors.push_back(f);
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
