#include "experiment/progress.h"

#include <algorithm>

namespace seqlab {
namespace {

constexpr double kTellingFraction = 0.02;  // below it a run's own promise is noise

}  // namespace

ProgressListener::~ProgressListener() = default;

std::optional<double> estimate_remaining(const ScheduleView& view, std::optional<double> mean_seconds, int workers) {
  double promised = 0;
  int telling = 0;
  for (const RunningView& run : view.running) {
    if (run.progress.fraction < kTellingFraction) continue;
    promised += run.seconds / run.progress.fraction;
    ++telling;
  }
  if (!mean_seconds && telling > 0) mean_seconds = promised / telling;
  if (!mean_seconds) return std::nullopt;

  double work = *mean_seconds * static_cast<double>(view.queued);
  double longest = 0;
  for (const RunningView& run : view.running) {
    const double fraction = run.progress.fraction;
    const double rest = fraction >= kTellingFraction ? run.seconds * (1 - fraction) / fraction : *mean_seconds - run.seconds;
    work += std::max(0.0, rest);
    longest = std::max(longest, rest);
  }
  const std::size_t at_work =
      std::clamp<std::size_t>(view.queued + view.running.size(), 1, static_cast<std::size_t>(std::max(1, workers)));
  return std::max(longest, work / static_cast<double>(at_work));
}

}  // namespace seqlab
