#pragma once

// Work that may crash, exit or hang, done in a fork that tells what it finds.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

#include "experiment/descriptor.h"

namespace seqlab {

/// The fork is killed when this object or the thread that made it ends.
class ForkedTeller {
 public:
  /// Sends a record, which holds no NUL; false: nobody listens any more.
  using Tell = std::function<bool(const std::string&)>;
  /// `work` runs in the fork, with one thread and the standard streams on /dev/null. Where there can be no fork, it says
  /// nothing.
  explicit ForkedTeller(const std::function<void(const Tell&)>& work);
  ForkedTeller(const ForkedTeller&) = delete;
  ForkedTeller& operator=(const ForkedTeller&) = delete;
  ~ForkedTeller();

  enum class Heard { record, end, silence };
  /// Waits for the next record; `silence` where none comes for so long.
  Heard next(std::string& record, std::chrono::milliseconds patience);

 private:
  Descriptor from_;
  pid_t child_ = -1;
  std::string heard_;
};

}  // namespace seqlab
