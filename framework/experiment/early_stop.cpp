#include "experiment/early_stop.h"

namespace seqlab {

void EarlyStop::see(const MetricValues& values) {
  const double value = values.at(metric_);
  if (!any_ || is_better(direction_, value, best_, minimum_change_)) {
    any_ = true;
    best_ = value;
    since_better_ = 0;
  } else {
    ++since_better_;
  }
}

}  // namespace seqlab
