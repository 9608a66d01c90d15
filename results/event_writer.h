#pragma once

// Events of runs on their way into the database: gathered in memory, written in one go.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiment/event.h"
#include "results/database.h"

namespace seqlab {

class EventWriter {
 public:
  explicit EventWriter(Database& database) : database_(database) {}

  void add(std::int64_t run, const Event& event);
  [[nodiscard]] bool empty() const { return events_.empty() && progress_.empty(); }
  /// 500 events wait, or the oldest has waited for half a second.
  [[nodiscard]] bool due() const;

  /// Writes all that waits. The caller has a transaction open and calls clear() once it is committed: so nothing is lost
  /// when it fails.
  void write();
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t metric_id(const std::string& name);
  void write_one(std::int64_t run, const StartedEvent& event);
  void write_one(std::int64_t run, const ProgressEvent& event);
  void write_one(std::int64_t run, const PointEvent& event);
  void write_one(std::int64_t run, const ResultEvent& event);
  void write_one(std::int64_t run, const ExampleEvent& event);
  void write_one(std::int64_t run, const ArtifactEvent& event);
  void write_one(std::int64_t run, const DoneEvent& event);
  void write_one(std::int64_t run, const FailedEvent& event);

  Database& database_;
  std::vector<std::pair<std::int64_t, Event>> events_;
  std::map<std::int64_t, ProgressEvent> progress_;  // by run: the latest one says it all
  std::map<std::string, std::int64_t, std::less<>> metric_ids_;
  Clock::time_point oldest_;
};

}  // namespace seqlab
