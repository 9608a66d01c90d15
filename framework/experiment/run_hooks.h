#pragma once

// What whoever carries out a run may ask of it while it works.

#include <functional>
#include <string>

namespace seqlab {

struct RunHooks {
  /// Asked before every update and between the batches of an evaluation: true saves a checkpoint and stops the run.
  std::function<bool()> stop;
  /// Hears a line now and then: for the run's log.
  std::function<void(const std::string&)> log;
};

/// What a process exits with whose run was stopped: the run goes on from its checkpoint the next time.
inline constexpr int kStoppedStatus = 75;

/// Ends a run that was asked to stop; no error.
struct StopRequested {};

}  // namespace seqlab
