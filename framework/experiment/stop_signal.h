#pragma once

// Signals turned into something a poll loop can wait for.

namespace seqlab {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGUSR1 ask to stop instead of ending the process, and they and SIGCHLD make
/// descriptor() readable. One at a time.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  [[nodiscard]] int descriptor() const;
  void drain();                     // after descriptor() became readable
  [[nodiscard]] int first() const;  // the first signal that asked to stop; 0: none
  [[nodiscard]] int count() const;  // how many have asked
};

}  // namespace seqlab
