// `seqlab rm`: runs and experiments leave the database, with their files.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "experiment/scheduler.h"
#include "results/removal.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

/// Logs, artifacts, and the folder of a run's checkpoints, of those that lie in the database's own folder: a run that was
/// imported names files of another. What cannot be deleted is told: the rows are gone already.
std::size_t delete_files(const std::vector<std::string>& files, const std::vector<std::int64_t>& runs,
                         const std::string& database) {
  std::size_t deleted = 0;
  const auto failed = [](const fs::path& path, const std::error_code& error) {
    std::cerr << fmt::format("warning: '{}' stays: {}", path.string(), error.message()) << std::endl;
  };
  const std::string own = log_folder_of(database) + '/';
  for (const fs::path file : files) {
    std::error_code error;
    const bool inside = fs::absolute(file).lexically_normal().string().starts_with(own);
    if (!inside || !fs::is_regular_file(file, error)) continue;
    if (fs::remove(file, error)) ++deleted;
    if (error) failed(file, error);
  }
  for (const std::int64_t run : runs) {
    const fs::path folder = own + fmt::format("run-{}", run);
    std::error_code error;
    if (!fs::is_directory(folder, error)) continue;
    const auto count = fs::remove_all(folder, error);
    if (error) {
      failed(folder, error);
    } else {
      deleted += count - 1;  // the folder itself is no file
    }
  }
  return deleted;
}

void add_options(po::options_description& options) {
  options.add_options()("yes,y", "remove more than one run")("keep-files", "leave logs and checkpoints where they are");
}

int rm(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  reap_lost_runs(globals.database);
  const auto database = open_for_changing(globals.database);
  const NamedRows named = find_runs_and_experiments(*database, given->positional);
  Removal removal{named.runs, named.experiments};
  for (const std::int64_t run : runs_of_experiments(*database, named.experiments)) removal.runs.push_back(run);
  std::ranges::sort(removal.runs);
  const auto repeated = std::ranges::unique(removal.runs);
  removal.runs.erase(repeated.begin(), repeated.end());
  const auto count = static_cast<std::int64_t>(removal.runs.size());
  if (count > 1 && !given->has("yes")) {
    throw UserError(fmt::format("this would remove {}; add --yes if that is meant", counted(count, "run")));
  }
  const std::vector<std::string> files = remove(*database, removal);
  const std::size_t deleted = given->has("keep-files") ? 0 : delete_files(files, removal.runs, globals.database);
  const auto experiments = static_cast<std::int64_t>(removal.experiments.size());
  if (globals.json) {
    std::cout << nlohmann::ordered_json{{"runs", removal.runs}, {"experiments", experiments}, {"files", deleted}}.dump()
              << std::endl;
  } else if (!globals.quiet) {
    std::cerr << fmt::format("removed {}{} and {}", counted(count, "run"),
                             experiments == 0 ? "" : fmt::format(", {}", counted(experiments, "experiment")),
                             counted(static_cast<std::int64_t>(deleted), "file"))
              << std::endl;
  }
  return 0;
}

}  // namespace

Command rm_command() {
  Command command{"rm",
                  "remove runs, or experiments with the runs that no other one shows, and their files",
                  "rm RUN|EXPERIMENT... [--yes] [--keep-files]",
                  {},
                  add_options,
                  {1, Positional::kAnyNumber, "RUN|EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return rm(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
