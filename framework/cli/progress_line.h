#pragma once

// Progress on stderr: a bar and the running runs on a terminal, else one line per finished run.

#include <chrono>
#include <string>

#include "cli/command.h"
#include "experiment/progress.h"

namespace seqlab {

/// "[############------]  30/42   1 failed   2 running   ETA 40 s"
std::string bar_line(const ScheduleView& view);
/// "  #31 general/gru seed 2   epoch 12/20   loss 0.031   exact 0.962"
std::string running_line(const RunningView& run);
/// "done   #31 general/gru seed 2   exact 0.962   12 s", "failed #17 location/lstm seed 3: loss is NaN at step 812"
std::string finished_line(const RunningView& run, RunState state, const std::string& reason);

class ProgressLine final : public ProgressListener {
 public:
  /// `log_folder`: where a failed run's line points.
  ProgressLine(const Globals& globals, std::string log_folder);
  ~ProgressLine() override;
  void finished(const RunningView& run, RunState state, const std::string& reason, const ScheduleView& view) override;
  void tick(const ScheduleView& view) override;

 private:
  void erase();

  std::string log_folder_;
  bool quiet_;
  bool live_;      // a terminal is looked at
  int lines_ = 0;  // lines of the block on the screen
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace seqlab
