#include "results/contrast_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "results/number_style.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

constexpr int kWidth = 80;

NumberStyle style_of(const Contrasts& contrasts) {
  std::vector<Summary> summaries;
  for (const Contrast& row : contrasts.rows) summaries.push_back(row.test.difference);
  return NumberStyle(summaries);
}

std::string p_text(double p) { return std::isnan(p) ? "-" : p < 1e-4 ? fmt::format("{:.1e}", p) : fmt::format("{:.2g}", p); }

std::string signed_text(const NumberStyle& style, double value) { return (value > 0 ? "+" : "") + style(value); }

std::string difference_text(const NumberStyle& style, const Summary& difference) {
  if (difference.count == 0) return "-";
  std::string text = signed_text(style, difference.mean);
  if (difference.half_width && std::isfinite(*difference.half_width)) text += " +-" + style(*difference.half_width);
  return text;
}

std::string names_of(const Comparison& comparison, const std::vector<std::size_t>& factors, std::string_view separator) {
  std::vector<std::string> names;
  for (const std::size_t f : factors) names.push_back(comparison.names[f]);
  return fmt::format("{}", fmt::join(names, separator));
}

std::string heading(const Comparison& comparison, const Contrasts& contrasts) {
  const std::string direction = comparison.maximize ? (*comparison.maximize ? "max, " : "min, ") : "";
  const std::string equal = contrasts.matched.empty() ? "" : names_of(comparison, contrasts.matched, ", ") + " and ";
  std::string text = fmt::format("{} ({}{} epoch) against {}, paired by {}seed; difference +- 95% t-interval",
                                 comparison.metric, direction, comparison.which, contrasts.baseline, equal);
  text += comparison.restriction_text();
  return wrapped(text, kWidth, "  ") + '\n';
}

/// "additive is 0.31 +-0.02 above none: better (6 pairs, exact sign-flip p = 0.031, after Holm 0.062)."
std::string sentence(const Comparison& comparison, const Contrasts& contrasts, const Contrast& row,
                     const NumberStyle& style) {
  const Summary& d = row.test.difference;
  if (d.count == 0) return fmt::format("{}: no block has a value of both.", row.label);
  if (std::isnan(d.mean)) return fmt::format("{}: a value is not a number, so nothing can be said.", row.label);
  std::string gap = fmt::format("{} {}", style(std::abs(d.mean)), d.mean < 0 ? "below" : "above");
  if (d.half_width && std::isfinite(*d.half_width)) {
    gap = fmt::format("{} +-{} {}", style(std::abs(d.mean)), style(*d.half_width), d.mean < 0 ? "below" : "above");
  }
  if (d.mean == 0) gap = "level with";
  const std::string adjusted = contrasts.tests() > 1 ? fmt::format(", after Holm {}", p_text(row.adjusted_p)) : "";
  return fmt::format("{} is {} {}: {} ({}, {} sign-flip p = {}{}).", row.label, gap, contrasts.baseline,
                     word_for(comparison, contrasts, row), counted(d.count, "pair"),
                     row.test.exact ? "exact" : "Monte Carlo", p_text(row.test.p), adjusted);
}

std::string bootstrap_text(const Comparison& comparison, const Contrasts& contrasts) {
  TextTable table{{{names_of(comparison, contrasts.factors, "/")},
                   {"score", Align::right},
                   {"difference", Align::right},
                   {"95% interval", Align::right},
                   {"p", Align::right}},
                  {}};
  std::vector<Summary> scale;
  const BootstrapTest* any = nullptr;
  for (const Contrast& row : contrasts.rows) {
    if (!row.bootstrap) continue;
    any = &*row.bootstrap;
    scale.push_back({1, row.bootstrap->difference, std::nullopt, (any->interval.high - any->interval.low) / 2});
  }
  if (any == nullptr) return "";
  const NumberStyle style(scale);
  const std::string baseline = cell_text(contrasts.baseline) + " (baseline)";
  table.rows.push_back({baseline, style(any->baseline), std::monostate{}, std::monostate{}, std::monostate{}});
  for (const Contrast& row : contrasts.rows) {
    if (!row.bootstrap) continue;
    const BootstrapTest& b = *row.bootstrap;
    table.rows.push_back({row.label, style(b.system), signed_text(style, b.difference),
                          fmt::format("{} to {}", signed_text(style, b.interval.low), signed_text(style, b.interval.high)),
                          p_text(b.p)});
  }
  const auto stored = static_cast<std::int64_t>(any->examples);
  const bool part = contrasts.split_examples && *contrasts.split_examples > stored;
  const std::string examples = part ? fmt::format("the {} stored of {} examples", stored, *contrasts.split_examples)
                                    : counted(stored, "stored example");
  return '\n' +
         wrapped(fmt::format("paired bootstrap of {} over {}: {} samples, seed {}", comparison.metric, examples,
                             any->samples, *contrasts.bootstrap_seed),
                 kWidth, "  ") +
         '\n' + to_text(table, TableFormat::table);
}

}  // namespace

std::string word_for(const Comparison& comparison, const Contrasts& contrasts, const Contrast& contrast) {
  const Summary& d = contrast.test.difference;
  if (d.count == 0) return "no pair";
  if (std::isnan(d.mean) || std::isnan(contrast.test.p)) return "not a number";
  if (contrast.adjusted_p < kSignificance) return judged(comparison, d.mean);
  if (const auto seeds = seeds_that_would_do(contrasts, contrast)) return fmt::format("too few seeds: {} needed", *seeds);
  return "undecided";
}

std::string render(const Comparison& comparison, const Contrasts& contrasts) {
  const NumberStyle style = style_of(contrasts);
  TextTable table{{{names_of(comparison, contrasts.factors, "/")},
                   {"pairs", Align::right},
                   {"difference", Align::left},
                   {"p", Align::right},
                   {"Holm", Align::right},
                   {"in a word"}},
                  {}};
  std::int64_t incomplete = 0;
  for (const Contrast& row : contrasts.rows) {
    incomplete += row.incomplete;
    table.rows.push_back({row.label, row.test.difference.count, difference_text(style, row.test.difference),
                          p_text(row.pairs.empty() ? std::nan("") : row.test.p), p_text(row.adjusted_p),
                          word_for(comparison, contrasts, row)});
  }
  std::string out =
      heading(comparison, contrasts) + to_text(table, TableFormat::table) + bootstrap_text(comparison, contrasts);
  if (incomplete > 0) {
    out += '\n' + wrapped(fmt::format("{} left out: one side has no value there.", counted(incomplete, "block")), kWidth) +
           '\n';
  }
  const bool apart =
      std::ranges::all_of(contrasts.rows, [](const Contrast& c) { return c.pairs.empty() && c.unmatched > 0; });
  if (apart && !contrasts.matched.empty()) {
    out += '\n' +
           wrapped(fmt::format("No other variant is equal in {}, which varies with {}; `--baseline {}` takes them together.",
                               names_of(comparison, contrasts.matched, ", "), names_of(comparison, contrasts.factors, ", "),
                               contrasts.whole_variant),
                   kWidth) +
           '\n';
  }
  if (const std::string missing = missing_runs(comparison); !missing.empty()) out += '\n' + missing;
  out += '\n';
  for (const Contrast& row : contrasts.rows) {
    out += wrapped(sentence(comparison, contrasts, row, style), kWidth, "  ") + '\n';
  }
  return out;
}

TextTable contrast_rows(const Comparison& comparison, const Contrasts& contrasts, bool rounded) {
  const NumberStyle style = style_of(contrasts);
  const auto number = [&](std::optional<double> value) -> TableCell {
    if (!value) return std::monostate{};
    if (rounded) return style(*value);
    return *value;
  };
  const auto probability = [&](double p) -> TableCell {
    if (rounded) return p_text(p);
    return p;
  };
  TextTable table;
  for (const char* name : {"contrast", "baseline"}) table.columns.push_back({name});
  for (const char* name : {"pairs", "incomplete", "difference", "sd", "low", "high", "p"}) {
    table.columns.push_back({name, Align::right});
  }
  table.columns.push_back({"exact"});
  table.columns.push_back({"p_holm", Align::right});
  table.columns.push_back({"word"});
  if (contrasts.bootstrap_seed) {
    for (const char* name : {"examples", "of_examples", "samples", "bootstrap_seed", "bootstrap_difference", "bootstrap_low",
                             "bootstrap_high", "bootstrap_p"}) {
      table.columns.push_back({name, Align::right});
    }
  }
  for (const Contrast& c : contrasts.rows) {
    const Summary& d = c.test.difference;
    const auto interval = d.interval();
    auto& row = table.rows.emplace_back();
    row = {
        c.label,     contrasts.baseline, d.count, c.incomplete, number(d.count > 0 ? std::optional(d.mean) : std::nullopt),
        number(d.sd)};
    row.push_back(number(interval ? std::optional(interval->low) : std::nullopt));
    row.push_back(number(interval ? std::optional(interval->high) : std::nullopt));
    row.push_back(probability(c.pairs.empty() ? std::nan("") : c.test.p));
    row.emplace_back(c.test.exact);
    row.push_back(probability(c.adjusted_p));
    row.emplace_back(word_for(comparison, contrasts, c));
    if (!contrasts.bootstrap_seed) continue;
    if (!c.bootstrap) {
      row.resize(table.columns.size(), std::monostate{});
      continue;
    }
    const BootstrapTest& b = *c.bootstrap;
    row.emplace_back(static_cast<std::int64_t>(b.examples));
    row.push_back(contrasts.split_examples ? TableCell(*contrasts.split_examples) : std::monostate());
    row.emplace_back(b.samples);
    row.emplace_back(static_cast<std::int64_t>(*contrasts.bootstrap_seed));
    for (const double value : {b.difference, b.interval.low, b.interval.high}) row.push_back(number(value));
    row.push_back(probability(b.p));
  }
  return table;
}

}  // namespace seqlab
