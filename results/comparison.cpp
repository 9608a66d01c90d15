#include "results/comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/suggest.h"
#include "results/settings.h"

namespace seqlab {
namespace {

std::vector<std::string> texts(Statement query) {
  std::vector<std::string> out;
  while (query.step()) out.push_back(query.text(0));
  return out;
}

TableCell cell_of_value(const OptionValues& settings, const std::string& key) {
  const auto found = settings.find(key);
  if (found == settings.end()) return std::monostate{};
  if (const auto* integer = std::get_if<std::int64_t>(&found->second)) return *integer;
  if (const auto* real = std::get_if<double>(&found->second)) return *real;
  return to_text(found->second);
}

bool needs_name(const TableCell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr || *text == "true" || *text == "false" || text->empty();
}

std::optional<bool> direction_of(Database& database, const std::string& metric) {
  Statement query = database.prepare("SELECT direction FROM metric WHERE name = ?");
  if (!query.bind_all(metric).step() || query.is_null(0)) return std::nullopt;
  return query.text(0) == "max";
}

std::string choose_metric(Database& database, std::int64_t experiment, const std::string& asked, const std::string& own) {
  if (asked.empty() || asked == own) return own;
  Statement query = database.prepare(
      "SELECT DISTINCT metric.name FROM experiment_run AS link JOIN result ON result.run = link.run "
      "JOIN metric ON metric.id = result.metric WHERE link.experiment = ? ORDER BY 1");
  query.bind_all(experiment);
  const std::vector<std::string> known = texts(std::move(query));
  if (std::ranges::find(known, asked) != known.end()) return asked;
  throw NothingMatched(fmt::format("no run has a value of '{}'; {}", asked,
                                   known.empty() ? "none has any result yet" : suggestion(asked, known)));
}

void keep_only(Comparison& comparison, const std::vector<std::pair<std::string, std::string>>& only) {
  for (const auto& [name, value] : only) {
    const std::size_t factor = find_factor(name, comparison.factors, "--only");
    std::vector<std::string> known;
    for (const auto& variant : comparison.variants) {
      if (std::ranges::find(known, variant.values[factor]) == known.end()) known.push_back(variant.values[factor]);
    }
    std::erase_if(comparison.variants, [&](const ComparedVariant& variant) { return variant.values[factor] != value; });
    if (comparison.variants.empty()) {
      throw NothingMatched(fmt::format("--only {}={} leaves no variant; {}", name, value, suggestion(value, known)));
    }
    comparison.fixed.push_back(factor);
  }
}

}  // namespace

std::string Comparison::label(const ComparedVariant& variant) const {
  std::string out;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (std::ranges::find(fixed, f) != fixed.end()) continue;
    if (!out.empty()) out += '/';
    out += needs_name(variant.cells[f]) ? names[f] + '=' + variant.values[f] : variant.values[f];
  }
  return out.empty() ? experiment : out;
}

std::vector<Summary> Comparison::summaries() const {
  std::vector<Summary> out;
  for (const auto& variant : variants) out.push_back(variant.summary);
  return out;
}

std::string judged(const Comparison& comparison, double difference) {
  if (!comparison.maximize) return difference > 0 ? "higher" : "lower";
  return (difference > 0) == *comparison.maximize ? "better" : "worse";
}

std::int64_t find_experiment(Database& database, const std::string& name) {
  Statement query = database.prepare("SELECT id FROM experiment WHERE name = ?");
  if (query.bind_all(name).step()) return query.integer(0);
  const std::vector<std::string> known = texts(database.prepare("SELECT name FROM experiment ORDER BY updated DESC"));
  throw NothingMatched(fmt::format("no experiment '{}' in {}; {}", name, name_of_database(database.path()),
                                   known.empty() ? "it holds none yet: `seqlab run FILE.toml`" : suggestion(name, known)));
}

Comparison load_comparison(Database& database, const ComparisonQuery& query) {
  if (query.which != "best" && query.which != "last") {
    throw UserError(fmt::format("--which is best or last, not '{}'", query.which));
  }
  const std::int64_t id = find_experiment(database, query.experiment);
  Comparison comparison;
  comparison.experiment = query.experiment;
  comparison.which = query.which;

  Statement experiment = database.prepare("SELECT metric, maximize FROM experiment WHERE id = ?");
  experiment.bind_all(id).step();
  const std::string own = experiment.text(0);
  comparison.metric = choose_metric(database, id, query.metric, own);
  comparison.maximize =
      comparison.metric == own ? std::optional(experiment.integer(1) != 0) : direction_of(database, comparison.metric);

  Statement factors = database.prepare("SELECT key FROM factor WHERE experiment = ? ORDER BY position");
  factors.bind_all(id);
  comparison.factors = texts(std::move(factors));
  comparison.names = short_names(comparison.factors);

  std::map<std::string, std::size_t> place_of_cell;
  Statement runs = database.prepare(
      "SELECT link.cell, link.seed, run.id, run.state, run.reason, variant.settings, result.run IS NOT NULL, result.value, "
      "coalesce(run.train_seconds, run.seconds), run.parameters "
      "FROM experiment_run AS link JOIN run ON run.id = link.run JOIN variant ON variant.id = run.variant "
      "LEFT JOIN result ON run.state = 'done' AND result.run = run.id AND result.which = ?2 "
      "AND result.metric = (SELECT id FROM metric WHERE name = ?3) "
      "WHERE link.experiment = ?1 ORDER BY min(link.position) OVER (PARTITION BY link.cell), link.seed");
  runs.bind_all(id, comparison.which, comparison.metric);
  while (runs.step()) {
    const auto [place, is_new] = place_of_cell.emplace(runs.text(0), comparison.variants.size());
    if (is_new) {
      const OptionValues settings = settings_from_json(runs.text(5));
      auto& variant = comparison.variants.emplace_back();
      for (const auto& factor : comparison.factors) {
        variant.values.push_back(value_text(settings, factor));
        variant.cells.push_back(cell_of_value(settings, factor));
      }
    }
    ComparedRun run{runs.integer(2), runs.integer(1), state_of(runs.text(3)), runs.text(4), std::nullopt};
    if (runs.integer(6) != 0) run.value = runs.real(7);
    if (!runs.is_null(8)) run.seconds = runs.real(8);
    if (!runs.is_null(9)) run.parameters = runs.real(9);
    comparison.variants[place->second].runs.push_back(std::move(run));
  }
  keep_only(comparison, query.only);

  for (auto& variant : comparison.variants) {
    std::vector<double> values;
    for (const auto& run : variant.runs) {
      if (run.value) values.push_back(*run.value);
    }
    variant.summary = summarize(values);
  }
  return comparison;
}

std::vector<std::size_t> ranking(const Comparison& comparison) {
  std::vector<std::size_t> order;
  if (!comparison.maximize) return order;
  for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
    if (!std::isnan(comparison.variants[v].summary.mean)) order.push_back(v);
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const double left = comparison.variants[a].summary.mean;
    const double right = comparison.variants[b].summary.mean;
    return *comparison.maximize ? left > right : left < right;
  });
  return order;
}

}  // namespace seqlab
