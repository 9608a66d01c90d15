#pragma once

// The variants of an experiment with their values over seeds: what `seqlab compare` shows.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiment/ledger.h"
#include "results/database.h"
#include "results/statistics.h"
#include "results/text_table.h"

namespace seqlab {

struct ComparisonQuery {
  std::string experiment;
  std::string metric;                                     // "": the experiment's own
  std::string which = "best";                             // "best" or "last"
  std::vector<std::pair<std::string, std::string>> only;  // key and values "A,B": what has another value is left out
};

struct ComparedRun {
  std::int64_t id = 0;
  std::int64_t seed = 0;
  RunState state = RunState::queued;
  std::string reason;
  std::optional<double> value;            // of a run that is done; nothing where it has none for the metric; may be NaN
  std::optional<double> seconds = {};     // in training, or of the whole run where that is not known
  std::optional<double> parameters = {};  // trainable numbers of its model
};

struct ComparedVariant {
  std::vector<std::string> values;  // by factor, as a person reads them; "-" where a factor does not apply
  std::vector<TableCell> cells;     // the same, typed
  std::vector<ComparedRun> runs;    // by seed
  Summary summary;                  // over the runs that have a value
};

/// Planned, but without a run.
struct MissingRun {
  std::string label;
  std::int64_t seed = 0;
  std::string reason;  // why it has none any more; "": it was never asked for
};

struct Comparison {
  std::string experiment;
  std::string metric;
  std::string which;
  std::optional<bool> maximize;           // nothing where the metric's direction is not known
  std::vector<std::string> factors;       // full keys, in the file's order
  std::vector<std::string> names;         // their short names
  std::vector<std::size_t> fixed;         // factors of which `only` leaves one value
  std::vector<std::string> restrictions;  // of `only`: "cell=lstm,gru"
  std::vector<ComparedVariant> variants;  // in the plan's order
  std::vector<MissingRun> missing;        // likewise

  /// The factors that are not fixed, as variant_label() has them: "additive/lstm/batch=32".
  [[nodiscard]] std::string label(const ComparedVariant& variant) const;
  /// One factor of it.
  [[nodiscard]] std::string label_part(const ComparedVariant& variant, std::size_t factor) const;
  /// For headings: ", only cell=lstm,gru, only seed=1".
  [[nodiscard]] std::string restriction_text() const;
  /// Factors that vary with these ones and cannot be held equal while these change, as those of a [zip]: they have several
  /// values over all variants, but one for each combination of values of `chosen`. Without those that do not apply to every
  /// variant.
  [[nodiscard]] std::vector<std::size_t> following(const std::vector<std::size_t>& chosen) const;
  [[nodiscard]] std::vector<Summary> summaries() const;  // by variant
};

/// Whether higher values are better, in words about a difference: "better", "worse"; "higher", "lower" without a direction.
std::string judged(const Comparison& comparison, double difference);

/// `only` names factors, settings or the seed. NothingMatched: no such experiment or metric (with did-you-mean), or `only`
/// leaves nothing. UserError: no such factor, another `which`.
Comparison load_comparison(Database& database, const ComparisonQuery& query);

/// The row of an experiment in the database. NothingMatched with did-you-mean.
std::int64_t find_experiment(Database& database, const std::string& name);

/// Indices of variants with a mean, best first; variants of equal means keep the plan's order. Empty without a direction.
std::vector<std::size_t> ranking(const Comparison& comparison);

}  // namespace seqlab
