// `seqlab inspect FILE KIND/NAME`, the process behind `seqlab check`, and what starts it.

#include "cli/inspect.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/arguments.h"
#include "cli/command.h"
#include "core/error.h"
#include "experiment/child_process.h"
#include "experiment/duration.h"
#include "experiment/memory_size.h"
#include "plugin/registry.h"

namespace seqlab {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

void say(const Json& json) {
  const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  if (!write_whole(kEventDescriptor, line)) throw EnvironmentError("nobody listens; `seqlab check` starts this process");
}

int inspect(const std::vector<std::string>& arguments) {
  const auto given = parse_arguments(arguments, inspect_command());
  if (!given) return 0;
  const std::string& word = given->positional.at(1);
  const auto slash = word.find('/');
  say({{"begins", "the plugin file is loaded"}});
  Registry registry;
  registry.load(given->positional.at(0));
  registry.scan(plugin_folders());  // a model is checked with the parts that are installed
  const Component& component = registry.get(kind_of(word.substr(0, slash)), word.substr(slash + 1));
  CheckObserver observer;
  observer.begins = [](const std::string& name) { say({{"begins", name}}); };
  observer.ended = [](const CheckResult& result) {
    say({{"name", result.name}, {"passed", result.passed}, {"detail", result.detail}});
  };
  (void)check_component(component, registry, observer);
  say({{"finished", true}});
  return 0;
}

/// A folder for the log, gone at the end.
class LogFolder {
 public:
  LogFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "seqlab-check-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw EnvironmentError(fmt::format("cannot make a folder '{}'", name));
    folder_ = name;
  }
  LogFolder(const LogFolder&) = delete;
  LogFolder& operator=(const LogFolder&) = delete;
  ~LogFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string file() const { return (folder_ / "log").string(); }
  [[nodiscard]] std::string last_line() const {
    std::ifstream stream(file());
    std::string last;
    for (std::string line; std::getline(stream, line);) {
      if (!line.empty()) last = line;
    }
    return last;
  }

 private:
  std::filesystem::path folder_;
};

/// The process at work and what it has said.
class Inspection {
 public:
  Inspection(const ChildCommand& command, const InspectionLimits& limits) : child_(command), limits_(limits) {}

  /// Until the process has ended; the reason where it did not end by itself.
  std::string wait() {
    const auto start = Clock::now();
    std::string killed;
    for (std::optional<int> status; !(status = child_.ended());) {
      hear();
      std::array<pollfd, 1> events{{{child_.event_descriptor(), POLLIN, 0}}};
      poll(events.data(), events[0].fd < 0 ? 0 : 1, 20);
      if (!killed.empty()) continue;
      if (Clock::now() - start > limits_.time) {
        killed = fmt::format("ran longer than {}", spoken_duration(std::chrono::duration<double>(limits_.time).count()));
      } else if (memory_used(child_.pid()) > limits_.memory) {
        killed = fmt::format("used more than {} of memory", spoken_memory_size(limits_.memory));
      }
      if (!killed.empty()) child_.send(SIGKILL);
    }
    hear();
    if (!killed.empty() || finished_) return killed;
    const int status = *child_.ended();
    std::string text = exit_text(status);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) text += " in the middle (a plugin called exit?)";
    return text;
  }

  std::vector<CheckResult> results;
  std::string at_work;

 private:
  void hear() {
    for (const std::string& line : child_.read_lines()) {
      const Json json = Json::parse(line, nullptr, false);
      if (!json.is_object()) continue;  // a plugin wrote to the descriptor
      if (json.contains("begins")) {
        at_work = json.at("begins").get<std::string>();
      } else if (json.contains("name")) {
        results.push_back(
            {json.at("name").get<std::string>(), json.at("passed").get<bool>(), json.at("detail").get<std::string>()});
      } else {
        finished_ = finished_ || json.contains("finished");
      }
    }
  }

  ChildProcess child_;
  InspectionLimits limits_;
  bool finished_ = false;
};

}  // namespace

std::vector<CheckResult> inspect_component(const std::string& program, const Component& component,
                                           const InspectionLimits& limits) {
  const LogFolder log;
  Inspection inspection({program,
                         {"inspect", component.file, fmt::format("{}/{}", kind_name(component.kind), component.name)},
                         "",
                         log.file()},
                        limits);
  std::string reason = inspection.wait();
  if (!reason.empty()) {
    if (const std::string line = log.last_line(); !line.empty()) reason += fmt::format("; its last words: {}", line);
    inspection.results.push_back({inspection.at_work, false, reason});
  }
  return std::move(inspection.results);
}

Command inspect_command() {
  return {"inspect",
          "the conformance suite over one component, in this process: started by `seqlab check`",
          "inspect FILE.so KIND/NAME",
          [](const auto& arguments, const Globals&) { return inspect(arguments); },
          nullptr,
          {2, 2, "FILE.so KIND/NAME"}};
}

}  // namespace seqlab
