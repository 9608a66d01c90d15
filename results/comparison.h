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
  std::vector<std::pair<std::string, std::string>> only;  // factor and value: variants with another value are left out
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

struct Comparison {
  std::string experiment;
  std::string metric;
  std::string which;
  std::optional<bool> maximize;           // nothing where the metric's direction is not known
  std::vector<std::string> factors;       // full keys, in the file's order
  std::vector<std::string> names;         // their short names
  std::vector<std::size_t> fixed;         // factors named in `only`
  std::vector<ComparedVariant> variants;  // in the plan's order

  /// Values of the factors that are not fixed, joined: "additive/lstm", numbers with their names: "lstm/batch=32".
  [[nodiscard]] std::string label(const ComparedVariant& variant) const;
  [[nodiscard]] std::vector<Summary> summaries() const;  // by variant
};

/// Whether higher values are better, in words about a difference: "better", "worse"; "higher", "lower" without a direction.
std::string judged(const Comparison& comparison, double difference);

/// NothingMatched: no such experiment or metric (with did-you-mean), or `only` leaves nothing. UserError: no such factor,
/// another `which`.
Comparison load_comparison(Database& database, const ComparisonQuery& query);

/// The row of an experiment in the database. NothingMatched with did-you-mean.
std::int64_t find_experiment(Database& database, const std::string& name);

/// Indices of variants with a mean, best first; variants of equal means keep the plan's order. Empty without a direction.
std::vector<std::size_t> ranking(const Comparison& comparison);

}  // namespace seqlab
