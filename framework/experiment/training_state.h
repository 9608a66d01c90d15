#pragma once

// All that a training remembers from one update to the next, besides weights and the optimiser's moments. Random numbers
// need no more than `step` and `epoch`: dropout is a function of (seed, step), the order of the data one of (seed, epoch).

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/event.h"
#include "metrics/metric.h"

namespace seqlab {

/// Sums over the updates of an epoch.
struct EpochSums {
  double nats = 0;  // of the training loss
  std::int64_t tokens = 0;
  double norms = 0;  // of the gradient, before clipping
  double rate = 0;   // of the last update
};

/// The best evaluation so far by the experiment's metric; its weights are kept beside it.
struct BestSoFar {
  std::int64_t epoch = 0;  // that it was in or ended; 0: none yet
  std::int64_t step = 0;
  MetricValues values;
};

struct TrainingState {
  std::int64_t step = 0;   // updates done
  std::int64_t epoch = 0;  // epochs finished
  std::int64_t batch = 0;  // batches of the epoch at work that are done
  EpochSums sums;
  std::int64_t validated = 0;  // step of the last evaluation; 0: none
  MetricValues last_valid;     // its values
  BestSoFar best;
  bool ended = false;              // only the final evaluation is missing
  std::int64_t threads = 1;        // of this session
  double train_seconds = 0;        // in updates
  double seconds = 0;              // of all sessions so far
  std::vector<PointEvent> points;  // sent so far: sent again by a resumed run, as a crash may have lost them

  /// The epoch that is at work, or was when it ended, from 1 on.
  [[nodiscard]] std::int64_t current_epoch() const { return batch == 0 ? epoch : epoch + 1; }

  template <class Archive>
  void exchange(Archive& archive) {
    archive("step", step);
    archive("epoch", epoch);
    archive("batch", batch);
    archive("epoch.nats", sums.nats);
    archive("epoch.tokens", sums.tokens);
    archive("epoch.norms", sums.norms);
    archive("epoch.rate", sums.rate);
    archive("validated", validated);
    archive("last_valid", last_valid);
    archive("best.epoch", best.epoch);
    archive("best.step", best.step);
    archive("best.valid", best.values);
    archive("ended", ended);
    archive("threads", threads);
    archive("train_seconds", train_seconds);
    archive("seconds", seconds);
    std::string lines = lines_of(points);
    archive("points", lines);
    points = points_of(lines);
  }

 private:
  static std::string lines_of(const std::vector<PointEvent>& points);
  static std::vector<PointEvent> points_of(const std::string& lines);
};

}  // namespace seqlab
