#include "results/process_identity.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>

namespace seqlab {
namespace {

struct ProcStat {
  char state = '?';
  std::int64_t start = 0;
};

std::optional<ProcStat> read_stat(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const auto name_end = line.rfind(')');  // the name of the program may hold blanks and brackets
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  ProcStat stat;
  fields >> stat.state;
  constexpr int kFieldsBetween = 18;  // fields 4 to 21 of proc(5); the start time is field 22
  std::int64_t skipped = 0;
  for (int i = 0; i < kFieldsBetween; ++i) fields >> skipped;
  if (!(fields >> stat.start)) return std::nullopt;
  return stat;
}

}  // namespace

ProcessIdentity identify_process(std::int64_t pid) {
  const auto stat = read_stat(pid);
  return {pid, stat ? std::optional(stat->start) : std::nullopt};
}

ProcessIdentity this_process() { return identify_process(::getpid()); }

bool is_alive(const ProcessIdentity& process) {
  if (process.pid <= 0) return false;
  const auto stat = read_stat(process.pid);
  if (!stat) return ::kill(static_cast<pid_t>(process.pid), 0) == 0 || errno == EPERM;
  if (stat->state == 'Z' || stat->state == 'X') return false;
  return !process.start || *process.start == stat->start;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace seqlab
