#pragma once

// The ledger on SQLite: what the scheduler writes through. One Store per process that runs an experiment; many may share a
// file.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiment/ledger.h"
#include "results/database.h"
#include "results/event_writer.h"

namespace seqlab {

class Store final : public Ledger {
 public:
  /// Opens or makes the database and turns runs of dead processes `lost`. Throws as Database does.
  explicit Store(const std::string& path);
  ~Store() override;  // writes what waits, as far as it can

  std::vector<RunTicket> register_plan(const ExperimentRecord& experiment, const std::vector<RunRequest>& requests) override;

  /// What register_plan() would answer; nothing is stored.
  std::vector<RunTicket> preview_plan(const ExperimentRecord& experiment, const std::vector<RunRequest>& requests);

  /// Takes a run that is neither running nor done. What an earlier attempt left is removed: its results and examples always,
  /// its curve unless the attempt was interrupted or lost (then it is resumed). `pid` is the process that will do the work.
  bool claim(std::int64_t run, std::int64_t pid, const std::string& log_file) override;

  std::vector<RunNews> news(const std::vector<std::int64_t>& runs) override;

  /// Written at most half a second or 500 events later, as long as events keep coming.
  void record(std::int64_t run, const Event& event) override;
  void flush() override;

  /// The last word on a run, with all its events. Without effect where this Store's claim was taken over by another process.
  /// `seconds` stands where the run's own DoneEvent said nothing.
  void finish(std::int64_t run, RunState state, const std::string& reason, double seconds) override;

  /// Running -> lost for runs of this host whose process and scheduler are both gone (or the machine was started anew).
  /// Returns their ids.
  std::vector<std::int64_t> reap_lost();

  [[nodiscard]] Database& database() { return database_; }

 private:
  void refresh_wide_views(std::int64_t run);

  Database database_;
  EventWriter writer_;
  std::map<std::int64_t, std::string> claims_;               // token by run
  std::map<std::int64_t, std::optional<std::string>> seen_;  // the token that a run had when this process last looked
  std::optional<std::int64_t> environment_;                  // of the plan that was registered last
  std::map<std::int64_t, std::set<std::pair<std::int64_t, std::string>>>
      columns_;  // results in the wide view, by experiment
};

}  // namespace seqlab
