#pragma once

// The training loop, the same for every task: updates, evaluations, the best epoch, schedule, early stopping, checkpoints.
// Stopped anywhere and resumed, it does what it would have done undisturbed, to the bit.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/state_trace.h"
#include "experiment/divergence.h"
#include "experiment/early_stop.h"
#include "experiment/event.h"
#include "experiment/run_hooks.h"
#include "experiment/task_run.h"
#include "experiment/train_options.h"
#include "experiment/training_state.h"
#include "nn/checkpoint.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"

namespace seqlab {

class Trainer {
 public:
  /// All are used until the end; the trainer owns none of them.
  Trainer(const RunSpec& spec, TaskRun& task, EventSink& sink, const RunHooks& hooks);

  /// Goes on from the run's checkpoint where there is a good one: "step 812, epoch 3", else "".
  std::string resume();
  /// Sends the points of the sessions before, then trains to the end. StopRequested where a hook wants it; UserError where
  /// the loss or the gradient is not finite or training diverges.
  void train();
  /// Results and examples of the last and the best epoch; the parameters are those of the best then, which are kept in a
  /// file. The checkpoint stays until somebody else knows that the run is done: see remove_unfinished().
  void report();
  /// For a later session. EnvironmentError where it cannot be written.
  void save();

 private:
  using Clock = std::chrono::steady_clock;

  void update();
  void note_gradient_by_lag(const StateTrace& states);
  double clip();                   // factor of the gradient; its norm is counted
  void close_epoch(double epoch);  // points of the epoch's sums
  void validate();
  [[nodiscard]] bool loses_less(const MetricValues& values) const;
  void pause(bool between_updates);  // stops or saves where it is time
  [[nodiscard]] bool finished() const;
  [[nodiscard]] bool evaluation_due() const;
  [[nodiscard]] double epochs_done() const;
  [[nodiscard]] double share_done() const;
  void point(const std::string& metric, double epoch, double value);
  void results(const std::string& split, const std::string& which, std::int64_t epoch, const MetricValues& values);
  [[nodiscard]] double last_loss() const;  // mean of the last epoch or part of one
  void log(const std::string& line) const;
  StateValues written();
  void read(StateValues values);

  const RunSpec& spec_;
  TrainOptions options_;
  TaskRun& task_;
  ParameterSet& parameters_;
  EventSink& sink_;
  const RunHooks& hooks_;
  Clock::time_point start_ = Clock::now();
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<std::vector<int>> batches_;  // of the epoch at work
  std::int64_t batches_epoch_ = 0;
  RateSchedule schedule_;
  std::string chosen_;  // metric of the best epoch, without split
  Direction direction_;
  EarlyStop early_stop_;
  Divergence divergence_;
  CheckpointFolder folder_;
  double checkpoint_every_ = 0;  // seconds; 0: only when stopped
  double time_limit_ = 0;        // seconds; 0: none
  Tape tape_;
  TrainingState state_;
  std::vector<double> best_parameters_;
  double seconds_before_ = 0;  // of earlier sessions
  Clock::time_point last_progress_{};
  Clock::time_point last_save_ = start_;
};

}  // namespace seqlab
