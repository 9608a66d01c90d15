#pragma once

// Events of runs on their way into the database: gathered in memory, written in one go.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
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
  [[nodiscard]] bool empty() const { return events_.empty() && points_.empty() && progress_.empty(); }
  /// 500 events or 20,000 points of curves wait, or the oldest has waited for half a second.
  [[nodiscard]] bool due() const;

  /// Writes all that waits. The caller has a transaction open and calls clear() once it is committed: so nothing is lost
  /// when it fails.
  void write();
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  /// A point of a curve without the name of its metric, 40 bytes: the place of the name in `names_` stands for it.
  struct Point {
    std::int64_t run;
    std::size_t name;
    std::int64_t step;
    std::int64_t epoch;  // thousandths
    double value;
  };

  void add_point(std::int64_t run, const PointEvent& event);
  void write_points();
  std::int64_t metric_id(const std::string& name);
  void write_one(std::int64_t run, const StartedEvent& event);
  void write_one(std::int64_t run, const ProgressEvent& event);
  void write_one(std::int64_t run, const ResultEvent& event);
  void write_one(std::int64_t run, const ExampleEvent& event);
  void write_one(std::int64_t run, const AttentionEvent& event);
  void write_one(std::int64_t run, const ArtifactEvent& event);
  void write_one(std::int64_t run, const DoneEvent& event);
  void write_one(std::int64_t run, const FailedEvent& event);

  Database& database_;
  std::vector<std::pair<std::int64_t, Event>> events_;
  std::vector<Point> points_;
  std::vector<std::string> names_;  // of metrics that points have had
  std::map<std::string, std::size_t, std::less<>> place_of_name_;
  std::optional<Statement> insert_points_;  // many rows at once; made when first needed, then kept
  std::optional<Statement> insert_point_;
  std::optional<Statement> insert_example_;
  std::map<std::int64_t, ProgressEvent> progress_;  // by run: the latest one says it all
  std::map<std::string, std::int64_t, std::less<>> metric_ids_;
  Clock::time_point oldest_;
};

}  // namespace seqlab
