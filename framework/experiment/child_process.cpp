#include "experiment/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/error.h"

namespace seqlab {
namespace {

constexpr int kFirstSafeDescriptor = 10;  // above those that the child's standard ones are put over

[[noreturn]] void refuse(const std::string& what) {
  throw EnvironmentError(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// The descriptor, moved out of the way of 0..3.
Descriptor high(int number, const std::string& what) {
  Descriptor low(number);
  if (number < 0) refuse(what);
  Descriptor moved(fcntl(number, F_DUPFD_CLOEXEC, kFirstSafeDescriptor));
  if (moved.number() < 0) refuse(what);
  return moved;
}

std::pair<Descriptor, Descriptor> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) refuse("cannot make a pipe");
  Descriptor read_end = high(ends[0], "cannot make a pipe");
  Descriptor write_end = high(ends[1], "cannot make a pipe");
  return {std::move(read_end), std::move(write_end)};
}

Descriptor input_of(const std::string& text) {
  Descriptor file = high(memfd_create("seqlab-run", MFD_CLOEXEC), "cannot pass the run to its process");
  if (!write_whole(file.number(), text)) refuse("cannot pass the run to its process");
  if (lseek(file.number(), 0, SEEK_SET) != 0) refuse("cannot pass the run to its process");
  return file;
}

/// Between fork and exec: only async-signal-safe calls. Sends errno through `report` where it fails.
[[noreturn]] void become(char* const* words, int input, int log, int events, int report, pid_t parent) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGPIPE}) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before it could be watched
  // Where memory ends, the run should go and not the scheduler.
  if (const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); score >= 0) {
    (void)!write(score, "800", 3);
    close(score);
  }
  const bool wired = dup2(input, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0 &&
                     dup2(events, kEventDescriptor) >= 0;
  if (wired) execv(words[0], words);
  const int error = errno;
  (void)!write(report, &error, sizeof error);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const ChildCommand& command) {
  const std::string log_error = fmt::format("cannot write the log '{}'", command.log_file);
  const Descriptor log =
      high(open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644), log_error);
  const Descriptor input = input_of(command.input);
  auto [events_read, events_write] = make_pipe();
  auto [report_read, report_write] = make_pipe();
  std::vector<std::string> words = {command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  // Signals wait until the child has its own handlers, so that none of ours runs there.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    become(pointers.data(), input.number(), log.number(), events_write.number(), report_write.number(), parent);
  }
  const int fork_error = errno;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  errno = fork_error;
  if (pid_ < 0) refuse("cannot start a process");
  setpgid(pid_, pid_);  // also here: whoever comes first
  events_write.close();
  report_write.close();
  int exec_error = 0;
  ssize_t count = 0;
  do {
    count = read(report_read.number(), &exec_error, sizeof exec_error);
  } while (count < 0 && errno == EINTR);
  if (count == static_cast<ssize_t>(sizeof exec_error)) {
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
    errno = exec_error;
    refuse(fmt::format("cannot start '{}'", command.program));
  }
  events_ = std::move(events_read);
  fcntl(events_.number(), F_SETFL, O_NONBLOCK);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      events_(std::move(other.events_)),
      partial_(std::move(other.partial_)),
      status_(other.status_) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || status_) return;
  send(SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::vector<std::string> ChildProcess::read_lines() {
  std::vector<std::string> lines;
  std::array<char, 1 << 16> buffer{};
  while (events_.number() >= 0) {
    const ssize_t count = read(events_.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) {
      events_.close();
      break;
    }
    std::string_view arrived(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = arrived.find('\n'); end != std::string_view::npos; end = arrived.find('\n')) {
      lines.push_back(std::exchange(partial_, {}) + std::string(arrived.substr(0, end)));
      arrived.remove_prefix(end + 1);
    }
    partial_ += arrived;
    if (lines.size() > 10000) break;  // the other children wait; what remains comes with the next call
  }
  return lines;
}

void ChildProcess::send(int signal) const {
  if (pid_ < 0 || status_) return;
  if (kill(-pid_, signal) != 0) kill(pid_, signal);
}

std::optional<int> ChildProcess::ended() {
  if (status_ || pid_ < 0) return status_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) {
    kill(-pid_, SIGKILL);
    status_ = status;
  }
  return status_;
}

std::int64_t memory_used(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/statm", process));
  std::int64_t size = 0;
  std::int64_t resident = 0;
  return file >> size >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

std::string exit_text(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const std::string_view guess = signal == SIGKILL ? "; out of memory?" : "";
    return fmt::format("killed by signal {} ({}{})", signal, strsignal(signal), guess);
  }
  return fmt::format("exited with status {}", WEXITSTATUS(status));
}

}  // namespace seqlab
