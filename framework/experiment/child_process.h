#pragma once

// A run's process: the specification on its stdin, events as lines on its descriptor 3, all it prints in a log file.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/descriptor.h"

namespace seqlab {

/// Where a child writes its events.
inline constexpr int kEventDescriptor = 3;

struct ChildCommand {
  std::string program;                 // absolute path
  std::vector<std::string> arguments;  // without the program's name
  std::string input;                   // what it reads from stdin
  std::string log_file;                // receives stdout and stderr; its folder exists
};

/// Owns a child: one that is still alive at destruction is killed with all its descendants in its process group. The kernel
/// kills it as well when this process dies.
class ChildProcess {
 public:
  /// Starts the program. EnvironmentError where that fails.
  explicit ChildProcess(const ChildCommand& command);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// To poll for POLLIN; -1 once the child has closed its end.
  [[nodiscard]] int event_descriptor() const { return events_.number(); }
  /// The complete lines that have arrived since the last call, without line feeds. Never blocks.
  std::vector<std::string> read_lines();
  /// To the child and its descendants.
  void send(int signal) const;
  /// The status of waitpid once the child has ended; its descendants are then killed. Never blocks.
  std::optional<int> ended();

 private:
  pid_t pid_ = -1;
  Descriptor events_;
  std::string partial_;  // a line whose end has not arrived
  std::optional<int> status_;
};

/// Resident memory of a process in bytes; 0 where it has ended.
std::int64_t memory_used(pid_t process);

/// "exited with status 3", "killed by signal 11 (Segmentation fault)".
std::string exit_text(int status);

}  // namespace seqlab
