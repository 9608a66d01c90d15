#include "experiment/stop_signal.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "core/error.h"

namespace seqlab {
namespace {

constexpr std::array<int, 5> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD};

// A handler can reach nothing but globals.
volatile std::sig_atomic_t first_signal = 0;
volatile std::sig_atomic_t signal_count = 0;
std::array<int, 2> wake_pipe = {-1, -1};
std::array<struct sigaction, kSignals.size()> former;

void on_signal(int signal) {
  const int error = errno;
  if (signal != SIGCHLD) {
    if (first_signal == 0) first_signal = signal;
    signal_count = signal_count + 1;
  }
  (void)!write(wake_pipe[1], "!", 1);
  errno = error;
}

}  // namespace

StopSignal::StopSignal() {
  expect(wake_pipe[0] < 0, "one StopSignal at a time");
  if (pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw EnvironmentError("cannot make a pipe");
  first_signal = 0;
  signal_count = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &former[i]);
    // nohup's wish stays.
    if (former[i].sa_handler != SIG_IGN || kSignals[i] == SIGCHLD) sigaction(kSignals[i], &action, nullptr);
  }
}

StopSignal::~StopSignal() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &former[i], nullptr);
  for (int& end : wake_pipe) {
    close(end);
    end = -1;
  }
}

int StopSignal::descriptor() const { return wake_pipe[0]; }

void StopSignal::drain() {
  std::array<char, 64> buffer{};
  while (read(wake_pipe[0], buffer.data(), buffer.size()) > 0) {
  }
}

int StopSignal::first() const { return first_signal; }
int StopSignal::count() const { return signal_count; }

}  // namespace seqlab
