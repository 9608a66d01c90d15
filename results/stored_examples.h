#pragma once

// The stored predictions of runs as the bootstrap needs them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/bootstrap.h"
#include "results/database.h"

namespace seqlab {

/// Metrics that can be computed again from stored predictions: "exact" (0/1 scores), "bleu" and "chrf" (of the corpus, from
/// the counts of the sentences).
class StoredExamples {
 public:
  /// `metric`: "test/bleu". UserError with the metrics that can be resampled for another one.
  StoredExamples(Database& database, const std::string& metric);

  /// The examples that both runs stored of the metric's split. NothingMatched where they have none in common; UserError
  /// where one number stands for different examples in the two, or where the pairs share none.
  [[nodiscard]] std::vector<PairedExamples> pairs(const std::vector<std::pair<std::int64_t, std::int64_t>>& runs) const;
  /// How many examples the split has in this run, stored or not, where it has told.
  [[nodiscard]] std::optional<std::int64_t> in_split(std::int64_t run) const;
  [[nodiscard]] const SampleScore& score() const { return score_; }

 private:
  struct Example {
    std::string source, reference;
    std::vector<double> statistics;
  };
  [[nodiscard]] std::vector<std::pair<std::int64_t, Example>> read(std::int64_t run) const;  // by number

  Database& database_;
  std::string metric_, split_;
  /// What a prediction of a run adds to the sums that `score_` is computed from.
  std::function<std::vector<double>(std::int64_t run, const std::string& said, const std::string& reference)> statistics_;
  SampleScore score_;
};

}  // namespace seqlab
