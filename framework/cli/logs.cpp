// `seqlab logs`: what a run has printed, and with -f what it goes on printing.

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "experiment/ledger.h"

namespace seqlab {
namespace {

constexpr std::chrono::milliseconds kPause{200};
constexpr int kPausesBetweenReaps = 10;  // a killed run is at work until somebody looks after it

struct RunLog {
  RunState state = RunState::queued;
  std::string file;
  std::string reason;
};

RunLog log_of(Database& database, std::int64_t run) {
  Statement query = database.prepare("SELECT state, log_file, reason FROM run WHERE id = ?");
  if (!query.bind_all(run).step()) throw NothingMatched(fmt::format("run #{} was removed", run));
  return {state_of(query.text(0)), query.text(1), query.text(2)};
}

/// Prints what the file has beyond `place`.
void print_from(const std::string& path, std::streamoff& place) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return;
  file.seekg(0, std::ios::end);
  if (file.tellg() < place) place = 0;  // begun anew
  file.seekg(place);
  std::array<char, 65536> buffer{};
  while (file.read(buffer.data(), buffer.size()), file.gcount() > 0) {
    std::cout.write(buffer.data(), file.gcount());
    place += file.gcount();
  }
  std::cout << std::flush;
}

bool is_open(RunState state) { return state == RunState::running || state == RunState::queued; }

void follow(const Globals& globals, Database& database, std::int64_t run) {
  std::streamoff place = 0;
  for (int round = 1;; ++round) {
    const RunLog log = log_of(database, run);  // before the file: what it has printed until its end is then read
    if (!log.file.empty() && log.state != RunState::queued) print_from(log.file, place);
    if (!is_open(log.state)) {
      if (!globals.quiet) {
        std::cerr << fmt::format("#{} is {}{}{}", run, state_name(log.state), log.reason.empty() ? "" : ": ", log.reason)
                  << std::endl;
      }
      return;
    }
    if (!std::cout) throw EnvironmentError("stdout cannot be written");
    if (round % kPausesBetweenReaps == 0) reap_lost_runs(globals.database);
    std::this_thread::sleep_for(kPause);
  }
}

void add_options(po::options_description& options) {
  options.add_options()("follow,f", "go on until the run ends")("experiment", po::value<std::string>()->value_name("NAME"),
                                                                "where @best and @last look");
}

int logs(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  reap_lost_runs(globals.database);
  const auto database = open_for_reading(globals.database);
  const std::int64_t run = find_run(*database, given->positional[0], given->text("experiment"));
  const RunLog log = log_of(*database, run);
  if (globals.json) {
    std::cout << nlohmann::ordered_json{{"run", run}, {"state", state_name(log.state)}, {"log", log.file}}.dump()
              << std::endl;
    return 0;
  }
  if (given->has("follow")) {
    follow(globals, *database, run);
    return 0;
  }
  if (log.state == RunState::queued || log.file.empty()) {
    throw NothingMatched(fmt::format("run #{} is {} and has no log{}", run, state_name(log.state),
                                     log.state == RunState::queued ? " yet; -f waits for it" : ""));
  }
  if (!std::filesystem::exists(log.file)) {
    throw NothingMatched(fmt::format("the log of run #{} is gone: there is no file '{}'", run, log.file));
  }
  std::streamoff place = 0;
  print_from(log.file, place);
  return 0;
}

}  // namespace

Command logs_command() {
  Command command{"logs", "what a run has printed", "logs RUN [-f]", {}, add_options, {1, 1, "RUN"}};
  command.run = [command](const auto& arguments, const auto& globals) { return logs(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
