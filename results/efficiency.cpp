#include "results/efficiency.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/suggest.h"
#include "results/number_style.h"
#include "results/problem.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

constexpr int kWidth = 80;
constexpr double kMillion = 1e6;

std::string cost_name(Cost cost) { return cost == Cost::seconds ? "seconds" : "parameters"; }
std::string quotient_name(Cost cost) { return cost == Cost::seconds ? "per_second" : "per_million_parameters"; }

std::string cost_text(double value, Cost cost) {
  if (cost == Cost::parameters) return fmt::format("{:.0f}", value);
  return value < 10     ? fmt::format("{:.2f}", value)
         : value < 1000 ? fmt::format("{:.1f}", value)
                        : fmt::format("{:.0f}", value);
}

/// `variants`: indices of those that solve one problem.
void mark_front(const std::vector<std::size_t>& variants, double sign, std::vector<VariantCost>& costs) {
  const auto known = [](const VariantCost& v) { return !std::isnan(v.score.mean) && !std::isnan(v.cost.mean); };
  for (const std::size_t v : variants) {
    VariantCost& one = costs[v];
    one.on_front = known(one) && std::ranges::none_of(variants, [&](std::size_t w) {
                     const VariantCost& other = costs[w];
                     const double better = sign * (other.score.mean - one.score.mean);
                     const double cheaper = one.cost.mean - other.cost.mean;
                     return known(other) && better >= 0 && cheaper >= 0 && (better > 0 || cheaper > 0);
                   });
  }
}

NumberStyle style_of(const std::vector<VariantCost>& costs, Summary VariantCost::*part) {
  std::vector<Summary> summaries;
  for (const VariantCost& cost : costs) summaries.push_back(cost.*part);
  return NumberStyle(summaries);
}

std::string spread(const NumberStyle& style, const Summary& summary) {
  if (summary.count == 0) return "-";
  if (!summary.half_width || !std::isfinite(*summary.half_width)) return style(summary.mean);
  return fmt::format("{} +-{}", style(summary.mean), style(*summary.half_width));
}

std::string sentence(const Problem& problem, const std::vector<VariantCost>& costs, Cost cost) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < problem.variants.size(); ++i) {
    if (costs[problem.variants[i]].on_front) names.push_back(problem.comparison.label(problem.comparison.variants[i]));
  }
  if (names.empty()) return "";
  const std::string place = problem.label.empty() ? "" : problem.label + ": ";
  const char* word = cost == Cost::seconds ? "faster" : "smaller";
  if (names.size() == 1) return fmt::format("{}Nothing is better than {}, and nothing {}.", place, names.front(), word);
  return fmt::format("{}Nothing is both better and {} than any of {}.", place, word, fmt::join(names, ", "));
}

}  // namespace

Cost cost_named(const std::string& word) {
  static const std::vector<std::string> kWords{"seconds", "parameters"};
  const auto found = std::ranges::find(kWords, word);
  if (found == kWords.end()) throw UserError(fmt::format("--per cannot be '{}'; {}", word, suggestion(word, kWords)));
  return found == kWords.begin() ? Cost::seconds : Cost::parameters;
}

std::vector<VariantCost> costs_of(const Comparison& comparison, Cost cost) {
  const double unit = cost == Cost::seconds ? 1 : kMillion;
  const bool lower_wins = comparison.maximize && !*comparison.maximize;  // a quotient would reward being bad
  std::vector<VariantCost> out;
  for (const auto& variant : comparison.variants) {
    std::vector<double> scores;
    std::vector<double> prices;
    std::vector<double> quotients;
    for (const auto& run : variant.runs) {
      const auto& price = cost == Cost::seconds ? run.seconds : run.parameters;
      if (!run.value || !price) continue;
      scores.push_back(*run.value);
      prices.push_back(*price);
      if (!lower_wins && *price > 0) quotients.push_back(*run.value / (*price / unit));
    }
    out.push_back({summarize(scores), summarize(prices), summarize(quotients), false});
  }
  if (comparison.maximize) {
    for (const Problem& problem : problems(comparison)) mark_front(problem.variants, *comparison.maximize ? 1 : -1, out);
  }
  return out;
}

std::string render(const Comparison& comparison, const std::vector<VariantCost>& costs, Cost cost) {
  const NumberStyle scores = style_of(costs, &VariantCost::score);
  const NumberStyle quotients = style_of(costs, &VariantCost::quotient);
  const bool divided = std::ranges::any_of(costs, [](const VariantCost& v) { return v.quotient.count > 0; });
  TextTable table{{{"variant"}, {comparison.metric}, {cost_name(cost), Align::right}}, {}};
  if (divided) table.columns.push_back({cost == Cost::seconds ? "per second" : "per million"});
  table.columns.push_back({"front"});
  for (std::size_t v = 0; v < costs.size(); ++v) {
    auto& row = table.rows.emplace_back();
    row = {comparison.label(comparison.variants[v]), spread(scores, costs[v].score)};
    row.emplace_back(costs[v].cost.count > 0 ? cost_text(costs[v].cost.mean, cost) : "-");
    if (divided) row.emplace_back(spread(quotients, costs[v].quotient));
    row.emplace_back(costs[v].on_front ? "yes" : "");
  }
  const char* what = cost == Cost::seconds ? "seconds of training" : "parameters";
  std::string out = wrapped(fmt::format("{} ({} epoch) and {}, means over seeds +- 95% t-interval", comparison.metric,
                                        comparison.which, what),
                            kWidth, "  ") +
                    '\n' + to_text(table, TableFormat::table);
  if (const std::string missing = missing_runs(comparison); !missing.empty()) out += '\n' + missing;
  for (const Problem& problem : problems(comparison)) {
    if (problem.variants.size() < 2) continue;
    if (const std::string words = sentence(problem, costs, cost); !words.empty()) {
      out += '\n' + wrapped(words, kWidth) + '\n';
    }
  }
  if (!divided && comparison.maximize && !*comparison.maximize) {
    out += '\n' + wrapped(fmt::format("{} is to be small: a quotient would say nothing.", comparison.metric), kWidth) + '\n';
  }
  return out;
}

TextTable cost_rows(const Comparison& comparison, const std::vector<VariantCost>& costs, Cost cost, bool rounded) {
  const NumberStyle scores = style_of(costs, &VariantCost::score);
  const NumberStyle quotients = style_of(costs, &VariantCost::quotient);
  const auto number = [&](std::optional<double> value, const NumberStyle& style) -> TableCell {
    if (!value) return std::monostate{};
    if (rounded) return style(*value);
    return *value;
  };
  const auto mean = [](const Summary& s) { return s.count > 0 ? std::optional(s.mean) : std::nullopt; };
  TextTable table;
  for (const auto& name : comparison.names) table.columns.push_back({name});
  for (const std::string& name : {std::string("n"), std::string("mean"), cost_name(cost), quotient_name(cost),
                                  std::string("low"), std::string("high")}) {
    table.columns.push_back({name, Align::right});
  }
  table.columns.push_back({"front"});
  for (std::size_t v = 0; v < costs.size(); ++v) {
    const auto interval = costs[v].quotient.interval();
    auto& row = table.rows.emplace_back(comparison.variants[v].cells);
    row.emplace_back(costs[v].score.count);
    row.push_back(number(mean(costs[v].score), scores));
    if (rounded && costs[v].cost.count > 0) {
      row.emplace_back(cost_text(costs[v].cost.mean, cost));
    } else {
      row.push_back(number(mean(costs[v].cost), scores));
    }
    row.push_back(number(mean(costs[v].quotient), quotients));
    row.push_back(number(interval ? std::optional(interval->low) : std::nullopt, quotients));
    row.push_back(number(interval ? std::optional(interval->high) : std::nullopt, quotients));
    row.emplace_back(costs[v].on_front);
  }
  return table;
}

}  // namespace seqlab
