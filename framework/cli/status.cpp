#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/read_database.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "results/comparison.h"
#include "results/store.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

/// One row of v_progress.
struct ExperimentStatus {
  std::string experiment;
  std::int64_t runs = 0;
  std::map<RunState, std::int64_t> counts;
  std::optional<double> seconds_left;  // known once a run is done, while one is running
};

/// A run that is at work or did not end well.
struct RunStatus {
  std::int64_t id = 0;
  std::string label;
  std::int64_t seed = 0;
  RunState state = RunState::queued;
  std::string detail;  // progress or reason
  std::string log_file;
};

/// Reading alone would go on calling a killed run `running`. Where the file cannot be written, what it says must do.
void reap(const std::string& path) {
  {
    const auto database = open_for_reading(path);
    Statement query = database->prepare("SELECT count(*) FROM run WHERE state = 'running'");
    query.step();
    if (query.integer(0) == 0) return;
  }
  try {
    Store store(path);
  } catch (const EnvironmentError&) {
  }
}

std::vector<ExperimentStatus> read_experiments(Database& database, const std::string& only) {
  Statement query = database.prepare(
      "SELECT experiment, runs, queued, running, done, failed, timeout, interrupted, lost, seconds_left FROM v_progress "
      "WHERE ?1 = '' OR experiment = ?1 ORDER BY updated DESC, experiment");
  query.bind_all(only);
  std::vector<ExperimentStatus> out;
  while (query.step()) {
    auto& status = out.emplace_back(ExperimentStatus{query.text(0), query.integer(1), {}, {}});
    for (std::size_t s = 0; s < kRunStates.size(); ++s)
      status.counts[kRunStates[s]] = query.integer(2 + static_cast<int>(s));
    if (status.counts[RunState::running] > 0 && !query.is_null(9)) status.seconds_left = query.real(9);
  }
  return out;
}

std::vector<RunStatus> read_runs(Database& database, const std::string& experiment) {
  Statement query = database.prepare(
      "SELECT v.run, v.label, v.seed, v.state, v.reason, v.log_file, v.epoch, v.epochs, progress.loss FROM v_run AS v "
      "LEFT JOIN progress ON progress.run = v.run "
      "WHERE v.experiment = ? AND v.state NOT IN ('done', 'queued') ORDER BY v.state <> 'running', v.run");
  query.bind_all(experiment);
  std::vector<RunStatus> out;
  while (query.step()) {
    RunStatus run{query.integer(0), query.text(1), query.integer(2), state_of(query.text(3)), query.text(4), query.text(5)};
    if (run.state == RunState::running && !query.is_null(6)) {
      run.detail = fmt::format("epoch {} of {}, loss {:.4g}", query.integer(6), query.integer(7), query.real(8));
    }
    out.push_back(std::move(run));
  }
  return out;
}

std::string counts_text(const ExperimentStatus& status) {
  std::vector<std::string> parts{fmt::format("{} of {} done", status.counts.at(RunState::done), status.runs)};
  for (const RunState state : kRunStates) {
    const std::int64_t count = status.counts.at(state);
    if (count > 0 && state != RunState::done) parts.push_back(fmt::format("{} {}", count, state_name(state)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_json(const std::vector<ExperimentStatus>& experiments, const std::vector<RunStatus>& runs, bool with_runs) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& status : experiments) {
    nlohmann::ordered_json object{{"experiment", status.experiment}, {"runs", status.runs}};
    for (const RunState state : kRunStates) object[std::string(state_name(state))] = status.counts.at(state);
    object["seconds_left"] = status.seconds_left ? nlohmann::ordered_json(*status.seconds_left) : nullptr;
    if (with_runs) {
      object["not_done"] = nlohmann::ordered_json::array();
      for (const auto& run : runs) {
        object["not_done"].push_back({{"run", run.id},
                                      {"label", run.label},
                                      {"seed", run.seed},
                                      {"state", std::string(state_name(run.state))},
                                      {"detail", run.detail},
                                      {"log", run.log_file}});
      }
    }
    list.push_back(std::move(object));
  }
  std::cout << list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
}

void print_text(const std::vector<ExperimentStatus>& experiments, const std::vector<RunStatus>& runs) {
  const int columns = terminal_width(STDOUT_FILENO);
  int width = 0;
  for (const auto& status : experiments) width = std::max(width, std::min(display_width(status.experiment), columns / 2));
  for (const auto& status : experiments) {
    const std::string left = status.seconds_left ? fmt::format("; about {} left", duration_text(*status.seconds_left)) : "";
    std::cout << folded(padded(status.experiment, width) + "  " + counts_text(status) + left, columns, "    ") << '\n';
  }
  for (const auto& run : runs) {
    std::cout << folded(fmt::format("  {} #{} {} seed {}{}{}", state_name(run.state), run.id, run.label, run.seed,
                                    run.detail.empty() ? "" : ": ", run.detail),
                        columns, "    ")
              << '\n';
    if (run.state != RunState::running && !run.log_file.empty()) std::cout << "    log " << run.log_file << '\n';
  }
  std::cout << std::flush;
}

int status(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  reap(globals.database);
  const auto database = open_for_reading(globals.database);
  const std::string only = given->positional.empty() ? "" : given->positional[0];
  if (!only.empty()) find_experiment(*database, only);
  const auto experiments = read_experiments(*database, only);
  if (experiments.empty()) {
    throw NothingMatched(
        fmt::format("{} holds no runs yet; `seqlab run FILE.toml` makes some", name_of_database(globals.database)));
  }
  const auto runs = only.empty() ? std::vector<RunStatus>{} : read_runs(*database, only);
  if (globals.json) {
    print_json(experiments, runs, !only.empty());
  } else {
    print_text(experiments, runs);
  }
  return 0;
}

}  // namespace

Command status_command() {
  Command command{"status", "how far experiments are, and what went wrong", "status [EXPERIMENT]", {}, nullptr, {0, 1, "EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return status(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
