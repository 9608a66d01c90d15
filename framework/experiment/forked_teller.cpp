#include "experiment/forked_teller.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "kernels/parallel.h"

namespace seqlab {

ForkedTeller::ForkedTeller(const std::function<void(const Tell&)>& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
  from_ = Descriptor(ends[0]);
  const Descriptor to(ends[1]);
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  from_.close();
  std::signal(SIGPIPE, SIG_IGN);  // told by write_whole() instead
  set_thread_count(1);            // the parent's threads are not here
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
  try {
    work([&](const std::string& record) { return write_whole(to.number(), record + '\0'); });
  } catch (...) {
    _exit(1);  // not up into the parent's code
  }
  _exit(0);
}

ForkedTeller::~ForkedTeller() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ForkedTeller::Heard ForkedTeller::next(std::string& record, std::chrono::milliseconds patience) {
  for (;;) {
    if (const auto end = heard_.find('\0'); end != std::string::npos) {
      record = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return Heard::record;
    }
    pollfd waiting{from_.number(), POLLIN, 0};
    const int ready = child_ > 0 ? poll(&waiting, 1, static_cast<int>(patience.count())) : -1;
    if (ready < 0 && child_ > 0 && errno == EINTR) continue;
    if (ready == 0) return Heard::silence;
    std::array<char, 4096> buffer{};
    const ssize_t count = ready < 0 ? 0 : read(from_.number(), buffer.data(), buffer.size());
    if (count <= 0) return Heard::end;
    heard_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace seqlab
