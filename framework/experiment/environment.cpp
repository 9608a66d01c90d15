#include "experiment/environment.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/version.h"
#include "kernels/product.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// The value of the first line "key : value" of /proc/cpuinfo.
std::string cpu_field(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

/// The vector instruction sets that matter for speed and for the last bits of a result.
std::string isa() {
  std::istringstream flags(cpu_field("flags") + " " + cpu_field("Features"));
  std::string chosen;
  for (std::string flag; flags >> flag;) {
    const bool vector_set =
        flag.starts_with("avx") || flag.starts_with("amx") || flag == "fma" || flag == "asimd" || flag == "sve";
    if (vector_set) chosen += (chosen.empty() ? "" : " ") + flag;
  }
  return chosen;
}

std::string git_commit(const std::string& folder) {
  std::error_code error;
  for (fs::path place = fs::absolute(folder, error); !error; place = place.parent_path()) {
    if (fs::is_directory(place / ".git", error)) {
      const std::string head = first_line(place / ".git" / "HEAD");
      if (!head.starts_with("ref: ")) return head;
      const std::string name = head.substr(5);
      if (std::string commit = first_line(place / ".git" / name); !commit.empty()) return commit;
      std::ifstream packed(place / ".git" / "packed-refs");
      for (std::string line; std::getline(packed, line);) {
        if (line.ends_with(" " + name)) return line.substr(0, line.find(' '));
      }
      return "";
    }
    if (place == place.root_path()) break;
  }
  return "";
}

}  // namespace

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

std::map<std::string, std::string> environment_facts(const std::string& folder) {
  std::map<std::string, std::string> facts = {
      {"compiler", fmt::format("g++ {}", __VERSION__)},
      {"framework", std::string(framework_version())},
      {"build", framework_build()},
      {"onednn", product_library()},
      {"cpu", cpu_field("model name")},
      {"isa", isa()},
      {"cores", fmt::format("{}", usable_cores())},
      {"git", git_commit(folder)},
  };
  utsname system{};
  if (uname(&system) == 0) {
    facts["host"] = system.nodename;
    facts["system"] = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
  }
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

}  // namespace seqlab
