// `seqlab jobs` and `seqlab collect`: runs that other machines carry out without the database.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "core/sha256.h"
#include "experiment/data_check.h"
#include "experiment/model_check.h"
#include "experiment/plan.h"
#include "results/event_file.h"
#include "results/settings.h"
#include "results/verdict.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

bool is_done(Database& database, const RunRequest& request) {
  Statement query = database.prepare(
      "SELECT 1 FROM run JOIN variant ON variant.id = run.variant WHERE hash = ? AND seed = ? AND code = ? AND state = "
      "'done'");
  return query.bind_all(sha256(canonical_json(request.variant.settings)), request.seed, request.code_identity).step();
}

void add_job_options(po::options_description& options) {
  const auto list = [](const char* name) { return po::value<std::vector<std::string>>()->value_name(name); };
  options.add_options()("into", po::value<std::string>()->value_name("FOLDER"), "where the job files go; made where absent")(
      "all", "also runs that the database has done")("threads", po::value<int>()->value_name("N"),
                                                     "threads of each run; default 1")(
      "set", list("K=V"), "as in `seqlab run`")("grid", list("K=A,B"), "as in `seqlab run`")("only", list("K=V"),
                                                                                             "as in `seqlab run`");
}

int jobs(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  if (!given->has("into")) throw UserError("--into FOLDER is missing: where the job files go");
  const int threads = given->has("threads") ? given->options["threads"].as<int>() : 1;
  if (threads < 1) throw UserError("--threads takes a number from 1");
  PlanRequest request;
  request.file = given->positional[0];
  request.set = given->texts("set");
  request.grid = given->texts("grid");
  request.only = given->texts("only");
  Registry registry;
  registry.scan(plugin_folders());
  Plan plan = make_plan(request, registry);
  check_data(plan);
  check_models(plan, registry);

  std::unique_ptr<Database> database;
  if (fs::exists(globals.database) && !given->has("all")) database = open_for_reading(globals.database);
  const fs::path folder = given->text("into");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder.string(), error.message()));
  std::int64_t written = 0;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    if (database && is_done(*database, plan.runs[i].request)) continue;
    Job job{plan.experiment, plan.runs[i].request, plan.runs[i].spec};
    job.spec.threads = threads;
    const fs::path file = folder / fmt::format("{}-{:04}.json", plan.experiment.name, i + 1);
    std::ofstream stream(file);
    stream << to_json(job) << '\n';
    stream.close();
    if (!stream) throw EnvironmentError(fmt::format("cannot write '{}'", file.string()));
    std::cout << file.string() << '\n';
    ++written;
  }
  std::cout << std::flush;
  if (!globals.quiet) {
    std::cerr << fmt::format("{} of {}; each: seqlab child --events NAME.jsonl < NAME.json", counted(written, "job"),
                             plan.runs.size())
              << std::endl;
  }
  return 0;
}

int collect_files(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  std::vector<EventFile> files;
  for (const auto& path : given->positional) files.push_back(read_event_file(path));  // all sound, or nothing is stored
  Store store(globals.database);
  const std::vector<Collected> outcomes = collect(store, files);
  auto list = nlohmann::ordered_json::array();
  std::int64_t stored = 0;
  std::int64_t known = 0;
  bool failed = false;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const RunState state = files[i].state();
    const RunRequest& request = files[i].header.job.request;
    const char* what = outcomes[i] == Collected::stored ? "stored" : outcomes[i] == Collected::known ? "known" : "running";
    stored += outcomes[i] == Collected::stored ? 1 : 0;
    known += outcomes[i] == Collected::known ? 1 : 0;
    failed = failed || (outcomes[i] == Collected::stored && state != RunState::done);
    list.push_back({{"file", files[i].path}, {"outcome", what}, {"state", std::string(state_name(state))}});
    if (!globals.quiet && outcomes[i] == Collected::stored && state != RunState::done) {
      std::cerr << fmt::format("{}: {} {} seed {}: {}", files[i].path, state_name(state), request.variant.label,
                               request.seed, files[i].reason())
                << std::endl;
    }
  }
  const std::int64_t running = static_cast<std::int64_t>(files.size()) - stored - known;
  if (globals.json) std::cout << list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
  if (!globals.quiet) {
    std::cerr << fmt::format("{} stored{}{}", counted(stored, "run"),
                             known > 0 ? fmt::format(", {} known already", known) : "",
                             running > 0 ? fmt::format(", {} at work here", running) : "")
              << std::endl;
  }
  return failed ? 1 : 0;
}

}  // namespace

Command jobs_command() {
  Command command{"jobs",
                  "write a job file for every missing run of an experiment, for machines without the database",
                  "jobs FILE.toml --into FOLDER [--all] [--threads N] [--set K=V] [--grid K=A,B] [--only K=V]",
                  {},
                  add_job_options,
                  {1, 1, "FILE.toml"}};
  command.run = [command](const auto& arguments, const auto& globals) { return jobs(command, arguments, globals); };
  return command;
}

Command collect_command() {
  Command command{"collect", "take in the event files that jobs have left", "collect FILE.jsonl...", {},
                  nullptr,   {1, Positional::kAnyNumber, "FILE.jsonl"}};
  command.run = [command](const auto& arguments, const auto& globals) { return collect_files(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
