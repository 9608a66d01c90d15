#pragma once

// What a scheduler shows of itself while it works.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/event.h"
#include "experiment/ledger.h"

namespace seqlab {

/// A run at work.
struct RunningView {
  std::int64_t id = 0;
  std::string label;
  std::int64_t seed = 1;
  std::string metric;           // the experiment's
  double seconds = 0;           // since its start
  ProgressEvent progress;       // the last one
  std::optional<double> value;  // last value of the metric
  std::optional<double> best;   // final value of the metric's best epoch, once told
  bool elsewhere = false;       // in another process
};

struct ScheduleView {
  std::size_t total = 0;
  std::size_t done = 0;
  std::size_t failed = 0;  // ended otherwise
  std::size_t queued = 0;
  std::vector<RunningView> running;
  std::vector<RunningView> elsewhere;  // at work in other processes
  std::optional<double> remaining;     // seconds until all is done; nothing while it cannot be told
};

class ProgressListener {
 public:
  virtual ~ProgressListener();
  /// A run has ended; `view` counts it already.
  virtual void finished(const RunningView& run, RunState state, const std::string& reason, const ScheduleView& view) = 0;
  /// Several times a second.
  virtual void tick(const ScheduleView& view) = 0;
};

/// Seconds until all is done on `workers` processes. The length of a run is the mean of the finished ones (`mean_seconds`),
/// else what the running ones promise by their fractions; nothing where neither is known.
std::optional<double> estimate_remaining(const ScheduleView& view, std::optional<double> mean_seconds, int workers);

}  // namespace seqlab
