#include "results/verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "results/number_style.h"
#include "results/problem.h"

namespace seqlab {
namespace {

constexpr int kWidth = 80;
constexpr std::size_t kMostNamed = 10;

bool equal_means(const ComparedVariant& a, const ComparedVariant& b) {
  const double left = a.summary.mean;
  const double right = b.summary.mean;
  return left == right || std::abs(left - right) <= 1e-12 * std::max(std::abs(left), std::abs(right));
}

/// The doubts that so few seeds leave, or what they decide; `behind`: for the other one, of that name.
std::string doubt(const Comparison& comparison, const PairedTest& test, bool behind, const std::string& other) {
  constexpr double kLevel = 0.05;
  const std::int64_t pairs = test.difference.count;
  if (least_sign_flip_p(pairs) >= kLevel) {
    return fmt::format("{} cannot reach p < {}; {} can.", counted(pairs, "seed"), kLevel, pairs_needed(kLevel));
  }
  if (!(test.p < kLevel)) return "The seeds do not decide between them.";
  if (behind) return fmt::format("The pairs decide for {}.", other);
  const std::size_t variants = ranking(comparison).size();
  if (variants > 2) return fmt::format("(p is not adjusted for having picked the best of {} variants.)", variants);
  return "The seeds decide for it.";
}

std::string against(const Comparison& comparison, const ComparedVariant& best, const ComparedVariant& second) {
  std::vector<double> left;
  std::vector<double> right;
  for (const auto& run : best.runs) {
    const auto other = std::ranges::find(second.runs, run.seed, &ComparedRun::seed);
    if (other == second.runs.end() || !run.value || !other->value) continue;
    left.push_back(*run.value);
    right.push_back(*other->value);
  }
  const std::string name = comparison.label(best);
  const std::string other = comparison.label(second);
  if (left.empty())
    return fmt::format("{} is best, before {}; no seed is done in both, so nothing can be paired.", name, other);
  const PairedTest test = sign_flip_test(left, right);
  const NumberStyle style({test.difference, best.summary, second.summary});
  std::string gap =
      fmt::format("{} {}", style(std::abs(test.difference.mean)), test.difference.mean < 0 ? "below" : "above");
  if (test.difference.half_width && std::isfinite(*test.difference.half_width)) {
    gap = fmt::format("{} +-{} {}", style(std::abs(test.difference.mean)), style(*test.difference.half_width),
                      test.difference.mean < 0 ? "below" : "above");
  }
  if (test.difference.mean == 0) gap = "level with";
  // The means may be over more seeds than the pairs.
  const double ahead = comparison.maximize.value_or(true) ? test.difference.mean : -test.difference.mean;
  const auto [verb, paired] =
      ahead < 0 ? std::pair("has the best mean, but paired it is", "") : std::pair("is best:", "paired ");
  return fmt::format("{} {} {} {} ({}over {}, {} sign-flip p = {:.2g}). {}", name, verb, gap, other, paired,
                     counted(test.difference.count, "seed"), test.exact ? "exact" : "Monte Carlo", test.p,
                     doubt(comparison, test, ahead < 0, other));
}

/// Those of the best mean in one problem, best first as ranking() has them.
std::vector<std::size_t> leaders(const Comparison& comparison) {
  std::vector<std::size_t> best;
  for (const std::size_t v : ranking(comparison)) {
    if (!best.empty() && !equal_means(comparison.variants[best.front()], comparison.variants[v])) break;
    best.push_back(v);
  }
  return best;
}

std::string verdict_on_one(const Comparison& comparison) {
  const std::vector<std::size_t> order = ranking(comparison);
  if (order.size() < 2) return "";
  const std::vector<std::size_t> best = leaders(comparison);
  if (best.size() == 1) return against(comparison, comparison.variants[order[0]], comparison.variants[order[1]]);
  std::vector<std::string> names;
  for (const std::size_t v : best) names.push_back(comparison.label(comparison.variants[v]));
  const std::string last = names.back();
  names.pop_back();
  const NumberStyle style(comparison.summaries());
  return fmt::format("{} and {} are level at {}.", fmt::join(names, ", "), last,
                     style(comparison.variants[best[0]].summary.mean));
}

}  // namespace

std::vector<std::size_t> best_variants(const Comparison& comparison) {
  std::vector<std::size_t> best;
  const std::vector<Problem> all = problems(comparison);
  for (const Problem& problem : all) {
    if (all.size() > 1 && ranking(problem.comparison).size() < 2) continue;  // alone it is no better than anything
    for (const std::size_t v : leaders(problem.comparison)) best.push_back(problem.variants[v]);
  }
  return best;
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string verdict(const Comparison& comparison) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems(comparison)) {
    const std::string words = verdict_on_one(problem.comparison);
    if (words.empty()) continue;
    lines.push_back(problem.label.empty() ? words : fmt::format("{}: {}", problem.label, words));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string missing_runs(const Comparison& comparison) {
  std::int64_t total = 0;
  std::map<RunState, std::int64_t> counts;
  std::vector<std::pair<RunState, std::string>> lines;
  std::vector<std::string> valueless;
  for (const auto& variant : comparison.variants) {
    for (const auto& run : variant.runs) {
      ++total;
      const std::string who = fmt::format("#{} {} seed {}", run.id, comparison.label(variant), run.seed);
      if (run.state == RunState::done) {
        if (!run.value) valueless.push_back(who);
        continue;
      }
      ++counts[run.state];
      lines.emplace_back(run.state,
                         fmt::format("  {} {}{}{}", state_name(run.state), who, run.reason.empty() ? "" : ": ", run.reason));
    }
  }
  total += static_cast<std::int64_t>(comparison.missing.size());
  std::string out;
  if (!lines.empty()) {
    std::vector<std::string> parts;
    for (const auto& [state, count] : counts) parts.push_back(fmt::format("{} {}", count, state_name(state)));
    out += fmt::format("{} of {} {} not done: {}\n", lines.size(), counted(total, "run"), lines.size() == 1 ? "is" : "are",
                       fmt::join(parts, ", "));
    // What went wrong first, what merely waits last.
    std::ranges::stable_sort(lines, std::ranges::greater{}, [](const auto& line) { return line.first > RunState::done; });
    for (std::size_t i = 0; i < std::min(lines.size(), kMostNamed); ++i) out += lines[i].second + '\n';
    if (lines.size() > kMostNamed) {
      out += fmt::format("  and {} more: seqlab status {}\n", lines.size() - kMostNamed, comparison.experiment);
    }
  }
  if (!comparison.missing.empty()) {
    const std::size_t count = comparison.missing.size();
    out += wrapped(fmt::format("{} of {} planned runs {} missing here: `seqlab run` makes {}", count, total,
                               count == 1 ? "is" : "are", count == 1 ? "it" : "them"),
                   kWidth, "  ") +
           '\n';
    std::vector<std::string> reasons;
    for (const MissingRun& run : comparison.missing) {
      if (!run.reason.empty()) reasons.push_back(fmt::format("  {} seed {}: {}\n", run.label, run.seed, run.reason));
    }
    for (std::size_t i = 0; i < std::min(reasons.size(), kMostNamed); ++i) out += reasons[i];
    if (reasons.size() > kMostNamed) {
      out += fmt::format("  and {} more: seqlab status {}\n", reasons.size() - kMostNamed, comparison.experiment);
    }
  }
  if (!valueless.empty()) {
    const auto count = static_cast<std::int64_t>(valueless.size());
    valueless.resize(std::min(valueless.size(), kMostNamed));
    out += wrapped(fmt::format("{} done without a value of {}: {}{}", counted(count, "run"), comparison.metric,
                               fmt::join(valueless, ", "), count > static_cast<std::int64_t>(kMostNamed) ? " ..." : ""),
                   kWidth, "  ") +
           '\n';
  }
  return out;
}

}  // namespace seqlab
