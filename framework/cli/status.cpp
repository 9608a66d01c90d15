#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/read_database.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "experiment/duration.h"
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
  std::int64_t missing = 0;            // planned, but without a run
  std::optional<double> seconds_left;  // known once a run is done, while one is running
};

/// Planned, and without a run for a reason.
struct LostPlace {
  std::string label;
  std::int64_t seed = 0;
  std::string reason;
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

std::vector<ExperimentStatus> read_experiments(Database& database, const std::string& only) {
  Statement query = database.prepare(
      "SELECT experiment, runs, queued, running, done, failed, timeout, interrupted, lost, seconds_left, missing "
      "FROM v_progress "
      "WHERE ?1 = '' OR experiment = ?1 ORDER BY updated DESC, experiment");
  query.bind_all(only);
  std::vector<ExperimentStatus> out;
  while (query.step()) {
    auto& status = out.emplace_back(ExperimentStatus{query.text(0), query.integer(1), {}, query.integer(10), {}});
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

std::vector<LostPlace> read_lost_places(Database& database, const std::string& experiment) {
  Statement query = database.prepare(
      "SELECT label, seed, reason FROM planned_run AS planned WHERE reason <> '' "
      "AND experiment = (SELECT id FROM experiment WHERE name = ?) AND NOT EXISTS (SELECT 1 FROM experiment_run AS link "
      "WHERE link.experiment = planned.experiment AND link.cell = planned.cell AND link.seed = planned.seed) "
      "ORDER BY position");
  query.bind_all(experiment);
  std::vector<LostPlace> out;
  while (query.step()) out.push_back({query.text(0), query.integer(1), query.text(2)});
  return out;
}

std::string counts_text(const ExperimentStatus& status) {
  std::vector<std::string> parts{fmt::format("{} of {} done", status.counts.at(RunState::done), status.runs)};
  for (const RunState state : kRunStates) {
    const std::int64_t count = status.counts.at(state);
    if (count > 0 && state != RunState::done) parts.push_back(fmt::format("{} {}", count, state_name(state)));
  }
  if (status.missing > 0) parts.push_back(fmt::format("{} missing", status.missing));
  return fmt::format("{}", fmt::join(parts, ", "));
}

nlohmann::ordered_json as_json(const std::vector<ExperimentStatus>& experiments, const std::vector<RunStatus>& runs,
                               const std::vector<LostPlace>& places, bool with_runs) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& status : experiments) {
    nlohmann::ordered_json object{{"experiment", status.experiment}, {"runs", status.runs}};
    for (const RunState state : kRunStates) object[std::string(state_name(state))] = status.counts.at(state);
    object["missing"] = status.missing;
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
      object["shown_no_more"] = nlohmann::ordered_json::array();
      for (const auto& place : places) {
        object["shown_no_more"].push_back({{"label", place.label}, {"seed", place.seed}, {"reason", place.reason}});
      }
    }
    list.push_back(std::move(object));
  }
  return list;
}

std::string as_text(const std::vector<ExperimentStatus>& experiments, const std::vector<RunStatus>& runs,
                    const std::vector<LostPlace>& places) {
  std::string out;
  const int columns = terminal_width(STDOUT_FILENO);
  int width = 0;
  for (const auto& status : experiments) width = std::max(width, std::min(display_width(status.experiment), columns / 2));
  for (const auto& status : experiments) {
    const std::string left =
        status.seconds_left ? fmt::format("; about {} left", spoken_duration(*status.seconds_left)) : "";
    out += folded(padded(status.experiment, width) + "  " + counts_text(status) + left, columns, "    ") + '\n';
  }
  for (const auto& run : runs) {
    out += folded(fmt::format("  {} #{} {} seed {}{}{}", state_name(run.state), run.id, run.label, run.seed,
                              run.detail.empty() ? "" : ": ", run.detail),
                  columns, "    ") +
           '\n';
    if (run.state != RunState::running && !run.log_file.empty()) out += "    log " + run.log_file + '\n';
  }
  for (const auto& place : places) {
    out += folded(fmt::format("  missing {} seed {}: {}", place.label, place.seed, place.reason), columns, "    ") + '\n';
  }
  return out;
}

struct Shown {
  std::string text;
  bool at_work = false;  // a run is running
};

Shown look(const Globals& globals, const std::string& only, bool one_line) {
  const auto database = open_for_reading(globals.database);
  if (!only.empty()) find_experiment(*database, only);
  const auto experiments = read_experiments(*database, only);
  if (experiments.empty()) {
    throw NothingMatched(
        fmt::format("{} holds no runs yet; `seqlab run FILE.toml` makes some", name_of_database(globals.database)));
  }
  const auto runs = only.empty() ? std::vector<RunStatus>{} : read_runs(*database, only);
  const auto places = only.empty() ? std::vector<LostPlace>{} : read_lost_places(*database, only);
  const bool at_work = std::ranges::any_of(
      experiments, [](const ExperimentStatus& status) { return status.counts.at(RunState::running) > 0; });
  if (!globals.json) return {as_text(experiments, runs, places), at_work};
  const auto list = as_json(experiments, runs, places, !only.empty());
  return {list.dump(one_line ? -1 : 2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n', at_work};
}

/// In place of what a terminal showed before: as many lines as it has, each cut to its width. Returns how many those are.
int redraw(const std::string& text, int lines_before) {
  std::string out = lines_before > 0 ? fmt::format("\x1b[{}A\x1b[J", lines_before) : "";
  int lines = 0;
  for (std::size_t start = 0; start < text.size() && lines + 1 < terminal_height(STDOUT_FILENO); ++lines) {
    const std::size_t end = text.find('\n', start);
    out += cut_to_width(text.substr(start, end - start), terminal_width(STDOUT_FILENO)) + '\n';
    start = end + 1;
  }
  std::cout << out << std::flush;
  return lines;
}

/// Until no run is at work. Elsewhere than on a terminal, what has changed is printed below, JSON as one line each time.
void watch(const Globals& globals, const std::string& only) {
  constexpr std::chrono::seconds kPause{1};
  const bool in_place = is_terminal(STDOUT_FILENO) && !globals.json;
  std::string before;
  for (int lines = 0;;) {
    reap_lost_runs(globals.database);
    const Shown shown = look(globals, only, true);
    if (in_place) {
      lines = redraw(shown.text, lines);
    } else if (shown.text != before) {
      std::cout << (before.empty() || globals.json ? "" : "\n") << shown.text << std::flush;
    }
    before = shown.text;
    if (!shown.at_work || !std::cout) return;
    std::this_thread::sleep_for(kPause);
  }
}

void add_options(po::options_description& options) {
  options.add_options()("watch,w", "look again every second until no run is at work");
}

int status(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const std::string only = given->positional.empty() ? "" : given->positional[0];
  if (given->has("watch")) {
    watch(globals, only);
    return 0;
  }
  reap_lost_runs(globals.database);
  std::cout << look(globals, only, false).text << std::flush;
  return 0;
}

}  // namespace

Command status_command() {
  Command command{"status",
                  "how far experiments are, and what went wrong",
                  "status [EXPERIMENT] [--watch]",
                  {},
                  add_options,
                  {0, 1, "EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return status(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
