#include "results/comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "experiment/layers.h"
#include "experiment/selection.h"
#include "experiment/variant_label.h"
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

bool is_word(const TableCell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr && !text->empty();
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
  const std::string split = own.substr(0, own.find('/') + 1);
  if (std::ranges::find(known, split + asked) != known.end()) {
    throw NothingMatched(fmt::format("no run has a value of '{}'; did you mean '{}{}'?", asked, split, asked));
  }
  throw NothingMatched(fmt::format("no run has a value of '{}'; {}", asked,
                                   known.empty() ? "none has any result yet" : suggestion(asked, known)));
}

/// A comparison as --only cuts it down.
class Restriction {
 public:
  /// `settings`: those of the variants, `cells`: values of the factors of what is missing.
  Restriction(Comparison& comparison, std::vector<OptionValues> settings, std::vector<std::vector<std::string>> cells)
      : comparison_(comparison), settings_(std::move(settings)), cells_(std::move(cells)) {}

  void apply(const std::string& name, const std::string& text) {
    text_ = fmt::format("{}={}", name, text);
    values_ = listed_values(text);
    values_.push_back(text);
    const std::string setting = full_name(name);
    const bool is_factor = std::ranges::find(comparison_.factors, setting) != comparison_.factors.end();
    if (name == "seed") {
      keep_seeds();
    } else if (!is_factor && std::ranges::any_of(settings_, [&](const auto& all) { return all.contains(setting); })) {
      keep_variants([&](std::size_t v) { return value_text(settings_[v], setting); });
    } else {
      keep_factor(find_factor(name, comparison_.factors, "--only"));
    }
    comparison_.restrictions.push_back(text_);
  }

 private:
  [[nodiscard]] bool holds(const std::string& value) const { return std::ranges::find(values_, value) != values_.end(); }

  [[noreturn]] void refuse(const std::vector<std::string>& known) const {
    throw NothingMatched(
        fmt::format("--only {} leaves no variant; {}", text_, suggestion(text_.substr(text_.find('=') + 1), known)));
  }

  template <class Value>
  void keep_variants(Value value_of) {
    std::vector<std::string> known;
    std::vector<ComparedVariant> variants;
    std::vector<OptionValues> settings;
    for (std::size_t v = 0; v < settings_.size(); ++v) {
      const std::string value = value_of(v);
      if (std::ranges::find(known, value) == known.end()) known.push_back(value);
      if (!holds(value)) continue;
      variants.push_back(std::move(comparison_.variants[v]));
      settings.push_back(std::move(settings_[v]));
    }
    if (variants.empty()) refuse(known);
    comparison_.variants = std::move(variants);
    settings_ = std::move(settings);
  }

  template <class Kept>
  void keep_missing(Kept kept) {
    std::vector<MissingRun> missing;
    std::vector<std::vector<std::string>> cells;
    for (std::size_t m = 0; m < cells_.size(); ++m) {
      if (!kept(m)) continue;
      missing.push_back(std::move(comparison_.missing[m]));
      cells.push_back(std::move(cells_[m]));
    }
    comparison_.missing = std::move(missing);
    cells_ = std::move(cells);
  }

  void keep_factor(std::size_t factor) {
    keep_variants([&](std::size_t v) { return comparison_.variants[v].values[factor]; });
    keep_missing([&](std::size_t m) { return holds(cells_[m][factor]); });
    const std::string& value = comparison_.variants.front().values[factor];
    const bool one = std::ranges::all_of(comparison_.variants, [&](const auto& v) { return v.values[factor] == value; });
    if (one) comparison_.fixed.push_back(factor);
    text_ = comparison_.names[factor] + text_.substr(text_.find('='));
  }

  void keep_seeds() {
    std::set<std::int64_t> seeds;
    for (auto& variant : comparison_.variants) {
      for (const auto& run : variant.runs) seeds.insert(run.seed);
      std::erase_if(variant.runs, [&](const ComparedRun& run) { return !holds(to_text(run.seed)); });
    }
    std::vector<std::string> known;
    for (const std::int64_t seed : seeds) known.push_back(to_text(seed));
    std::vector<bool> left;
    for (const auto& variant : comparison_.variants) left.push_back(!variant.runs.empty());
    if (std::ranges::find(left, true) == left.end()) refuse(known);
    values_.emplace_back("left");
    keep_variants([&](std::size_t v) { return left[v] ? "left" : ""; });
    values_.pop_back();
    keep_missing([&](std::size_t m) { return holds(to_text(comparison_.missing[m].seed)); });
  }

  Comparison& comparison_;
  std::vector<OptionValues> settings_;
  std::vector<std::vector<std::string>> cells_;
  std::string text_;
  std::vector<std::string> values_;
};

}  // namespace

std::string Comparison::label_part(const ComparedVariant& variant, std::size_t factor) const {
  return seqlab::label_part(factors[factor], names[factor], variant.values[factor], is_word(variant.cells[factor]));
}

std::string Comparison::label(const ComparedVariant& variant) const {
  std::string out;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (std::ranges::find(fixed, f) != fixed.end()) continue;
    if (!out.empty()) out += '/';
    out += label_part(variant, f);
  }
  return out.empty() ? experiment : out;
}

std::string Comparison::restriction_text() const {
  std::string out;
  for (const auto& restriction : restrictions) out += ", only " + restriction;
  return out;
}

std::vector<std::size_t> Comparison::following(const std::vector<std::size_t>& chosen) const {
  const auto contains = [](const std::vector<std::size_t>& list, std::size_t f) {
    return std::ranges::find(list, f) != list.end();
  };
  std::vector<std::size_t> found;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    if (contains(chosen, f) || contains(fixed, f)) continue;
    std::set<TableCell> values;
    std::map<std::vector<TableCell>, TableCell> by_chosen;
    bool follows = true;
    for (const auto& variant : variants) {
      std::vector<TableCell> key;
      for (const std::size_t c : chosen) key.push_back(variant.cells[c]);
      values.insert(variant.cells[f]);
      follows = follows && by_chosen.emplace(key, variant.cells[f]).first->second == variant.cells[f];
    }
    if (follows && values.size() > 1 && !values.contains(TableCell())) found.push_back(f);
  }
  return found;
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

  std::vector<OptionValues> all_settings;  // of the variants
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
      all_settings.push_back(settings);
    }
    ComparedRun run{runs.integer(2), runs.integer(1), state_of(runs.text(3)), runs.text(4), std::nullopt};
    if (runs.integer(6) != 0) run.value = runs.real(7);
    if (!runs.is_null(8)) run.seconds = runs.real(8);
    if (!runs.is_null(9)) run.parameters = runs.real(9);
    comparison.variants[place->second].runs.push_back(std::move(run));
  }

  std::vector<std::vector<std::string>> missing_cells;
  Statement missing = database.prepare(
      "SELECT label, seed, reason, cell FROM planned_run AS planned WHERE experiment = ? AND NOT EXISTS "
      "(SELECT 1 FROM experiment_run AS link WHERE link.experiment = planned.experiment AND link.cell = planned.cell "
      "AND link.seed = planned.seed) ORDER BY position");
  missing.bind_all(id);
  while (missing.step()) {
    comparison.missing.push_back({missing.text(0), missing.integer(1), missing.text(2)});
    missing_cells.push_back(values_of_cell(missing.text(3)));
  }
  Restriction restriction(comparison, std::move(all_settings), std::move(missing_cells));
  for (const auto& [name, values] : query.only) restriction.apply(name, values);

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
