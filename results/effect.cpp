#include "results/effect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "results/number_style.h"
#include "results/problem.h"
#include "results/settings.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

constexpr int kWidth = 80;

/// The mean of some values as they come.
struct Mean {
  double sum = 0;
  std::int64_t count = 0;
  [[nodiscard]] double value() const { return sum / static_cast<double>(count); }
};

using BlockKey = std::pair<std::vector<TableCell>, std::int64_t>;  // values of the blocked factors, seed
using Block = std::map<std::size_t, Mean>;                         // by level

bool applies_everywhere(const Comparison& comparison, std::size_t factor) {
  return std::ranges::none_of(comparison.variants, [factor](const ComparedVariant& variant) {
    return std::holds_alternative<std::monostate>(variant.cells[factor]);
  });
}

std::map<BlockKey, Block> blocks_of(const Comparison& comparison, Effect& effect) {
  std::map<TableCell, std::size_t> level_of;
  std::map<BlockKey, Block> blocks;
  for (const auto& variant : comparison.variants) {
    const auto [place, is_new] = level_of.emplace(variant.cells[effect.factor], effect.levels.size());
    if (is_new) effect.levels.push_back({variant.values[effect.factor], {}, {}});
    for (const auto& run : variant.runs) {
      BlockKey key{{}, run.seed};
      for (const std::size_t f : effect.blocked) key.first.push_back(variant.cells[f]);
      Block& block = blocks[key];
      if (!run.value) continue;
      Mean& mean = block[place->second];
      mean.sum += *run.value;
      ++mean.count;
    }
  }
  return blocks;
}

NumberStyle style_of(const Effect& effect) {
  std::vector<Summary> summaries;
  for (const Level& level : effect.levels) {
    summaries.push_back(level.score);
    summaries.push_back(level.effect);
  }
  return NumberStyle(summaries);
}

std::string joined(const Comparison& comparison, const std::vector<std::size_t>& factors) {
  std::vector<std::string> names;
  for (const std::size_t f : factors) names.push_back(comparison.names[f]);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string spread(const NumberStyle& style, const Summary& summary, bool with_sign) {
  if (summary.count == 0) return "-";
  std::string text = (with_sign && summary.mean > 0 ? "+" : "") + style(summary.mean);
  if (summary.half_width && std::isfinite(*summary.half_width)) text += " +-" + style(*summary.half_width);
  return text;
}

/// The highest and the lowest level, and how far they are apart.
std::string sentence(const Comparison& comparison, const Effect& effect, const NumberStyle& style) {
  const auto [low, high] = std::ranges::minmax_element(effect.levels, {}, [](const Level& l) { return l.score.mean; });
  const std::string& name = comparison.names[effect.factor];
  const double gap = high->score.mean - low->score.mean;
  if (std::isnan(gap)) return fmt::format("A value is not a number, so the effect of {} cannot be told.", name);
  if (gap == 0) return fmt::format("{} makes no difference.", name);
  const bool lower_wins = comparison.maximize && !*comparison.maximize;
  const Level& best = lower_wins ? *low : *high;
  const Level& worst = lower_wins ? *high : *low;
  const auto is_problem = [&](std::size_t factor) { return names_problem(comparison, factor); };
  if (is_problem(effect.factor) || std::ranges::any_of(effect.together, is_problem)) {
    return fmt::format("{} spans {}: {} is highest, {} lowest. They are different problems: none is the better choice.",
                       name, style(gap), high->value, low->value);
  }
  std::string text =
      fmt::format("{} spans {}: {} is {}, {} {}.", name, style(gap), best.value, comparison.maximize ? "best" : "highest",
                  worst.value, comparison.maximize ? "worst" : "lowest");
  text += fmt::format(" `--baseline {}={}` tests the differences.", name, worst.value);
  return text;
}

}  // namespace

Effect effect_of(const Comparison& comparison, const std::string& name) {
  Effect effect;
  effect.factor = find_factor(name, comparison.factors, "--effect");
  effect.together = comparison.following({effect.factor});
  for (std::size_t f = 0; f < comparison.factors.size(); ++f) {
    const auto among = [f](const std::vector<std::size_t>& list) { return std::ranges::find(list, f) != list.end(); };
    if (f == effect.factor || among(comparison.fixed) || among(effect.together)) continue;
    (applies_everywhere(comparison, f) ? effect.blocked : effect.averaged).push_back(f);
  }
  const std::map<BlockKey, Block> blocks = blocks_of(comparison, effect);
  if (effect.levels.size() < 2) {
    throw NothingMatched(fmt::format("--effect: {} has one value alone, '{}'", comparison.names[effect.factor],
                                     effect.levels.empty() ? "" : effect.levels.front().value));
  }
  std::vector<std::vector<double>> scores(effect.levels.size());
  std::vector<std::vector<double>> effects(effect.levels.size());
  for (const auto& [key, block] : blocks) {
    if (block.size() < effect.levels.size()) {
      ++effect.incomplete;
      continue;
    }
    ++effect.blocks;
    double mean = 0;
    for (const auto& [level, value] : block) mean += value.value() / static_cast<double>(block.size());
    for (const auto& [level, value] : block) {
      scores[level].push_back(value.value());
      effects[level].push_back(value.value() - mean);
    }
  }
  for (std::size_t level = 0; level < effect.levels.size(); ++level) {
    effect.levels[level].score = summarize(scores[level]);
    effect.levels[level].effect = summarize(effects[level]);
  }
  return effect;
}

std::string render(const Comparison& comparison, const Effect& effect) {
  const NumberStyle style = style_of(effect);
  const std::string blocked = effect.blocked.empty() ? "seed" : joined(comparison, effect.blocked) + " and seed";
  std::string head =
      fmt::format("{} by {}: {} of equal {}, +- 95% t-interval; effect: against the mean of the block", comparison.metric,
                  comparison.names[effect.factor], counted(effect.blocks, "block"), blocked);
  head += comparison.restriction_text();
  TextTable table{{{comparison.names[effect.factor]}, {"mean", Align::left}, {"effect", Align::left}}, {}};
  for (const Level& level : effect.levels) {
    table.rows.push_back({level.value, spread(style, level.score, false), spread(style, level.effect, true)});
  }
  std::string out = wrapped(head, kWidth, "  ") + '\n' + to_text(table, TableFormat::table);
  if (!effect.together.empty()) {
    out += '\n' +
           wrapped(fmt::format("{0} varies with {1}: this is the effect of both together.",
                               joined(comparison, effect.together), comparison.names[effect.factor]),
                   kWidth) +
           '\n';
  }
  if (effect.blocks == 0 && !effect.blocked.empty()) {
    out += '\n' +
           wrapped(fmt::format("No block has every value of {}: {} varies with it, or runs are missing. `--baseline {}={}` "
                               "pairs two values at a time.",
                               comparison.names[effect.factor], joined(comparison, effect.blocked),
                               comparison.names[effect.factor], effect.levels.front().value),
                   kWidth) +
           '\n';
  }
  if (!effect.averaged.empty()) {
    out +=
        '\n' +
        wrapped(fmt::format("Averaged over {}, which not every variant has.", joined(comparison, effect.averaged)), kWidth) +
        '\n';
  }
  if (effect.incomplete > 0) {
    out += '\n' +
           wrapped(fmt::format("{} left out: not every value of {} has a result there.", counted(effect.incomplete, "block"),
                               comparison.names[effect.factor]),
                   kWidth) +
           '\n';
  }
  if (const std::string missing = missing_runs(comparison); !missing.empty()) out += '\n' + missing;
  if (effect.blocks > 0) out += '\n' + wrapped(sentence(comparison, effect, style), kWidth) + '\n';
  return out;
}

TextTable effect_rows(const Comparison& comparison, const Effect& effect, bool rounded) {
  const NumberStyle style = style_of(effect);
  const auto number = [&](std::optional<double> value) -> TableCell {
    if (!value) return std::monostate{};
    if (rounded) return style(*value);
    return *value;
  };
  TextTable table{{{comparison.names[effect.factor]}}, {}};
  for (const char* name : {"blocks", "mean", "low", "high", "effect", "effect_low", "effect_high"}) {
    table.columns.push_back({name, Align::right});
  }
  for (const Level& level : effect.levels) {
    auto& row = table.rows.emplace_back();
    row = {level.value, effect.blocks};
    for (const Summary* summary : {&level.score, &level.effect}) {
      const auto interval = summary->interval();
      row.push_back(number(summary->count > 0 ? std::optional(summary->mean) : std::nullopt));
      row.push_back(number(interval ? std::optional(interval->low) : std::nullopt));
      row.push_back(number(interval ? std::optional(interval->high) : std::nullopt));
    }
  }
  return table;
}

}  // namespace seqlab
