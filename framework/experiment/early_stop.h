#pragma once

// When training ends because it no longer helps.

#include <cstdint>
#include <string>

#include "metrics/metric.h"

namespace seqlab {

class EarlyStop {
 public:
  /// `metric` without split; stops after `patience` evaluations in a row that are not better than the best before by more
  /// than `minimum_change`; patience 0: never.
  EarlyStop(std::string metric, Direction direction, std::int64_t patience, double minimum_change)
      : metric_(std::move(metric)), direction_(direction), patience_(patience), minimum_change_(minimum_change) {}

  void see(const MetricValues& values);
  [[nodiscard]] bool reached() const { return patience_ > 0 && since_better_ >= patience_; }

  template <class Archive>
  void exchange(Archive& archive) {
    archive("early_stop.any", any_);
    archive("early_stop.best", best_);
    archive("early_stop.since_better", since_better_);
  }

 private:
  std::string metric_;
  Direction direction_;
  std::int64_t patience_;
  double minimum_change_;
  bool any_ = false;
  double best_ = 0;
  std::int64_t since_better_ = 0;
};

}  // namespace seqlab
