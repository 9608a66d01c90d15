#pragma once

// Why a run of a plan is done although its experiment had one in its place: what has changed since then.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiment/ledger.h"
#include "results/database.h"

namespace seqlab {

/// The runs that an experiment had in each of its cells before a plan is stored.
class EarlierRuns {
 public:
  /// `environment`: the plan's. Reads the database at the first question.
  EarlierRuns(Database& database, std::int64_t experiment, const std::vector<std::string>& factors,
              const std::map<std::string, std::string>& environment);

  /// Completes the ticket of a request: `other_build` of a run that is there already; `reason` and `seconds` of a new one
  /// that takes the place of an earlier run.
  void explain(const RunRequest& request, RunTicket& ticket);

 private:
  void read();
  [[nodiscard]] std::map<std::string, std::string> environment_of(std::int64_t run);
  [[nodiscard]] std::string difference(std::int64_t earlier, const RunRequest& request);

  Database& database_;
  std::int64_t experiment_;
  const std::vector<std::string>& factors_;
  const std::map<std::string, std::string>& environment_;
  std::optional<std::map<std::pair<std::string, std::int64_t>, std::int64_t>> earlier_;  // run by cell and seed
};

}  // namespace seqlab
