// `seqlab run`: plan, store, carry out what is missing, compare.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/plan_text.h"
#include "cli/progress_line.h"
#include "cli/terminal.h"
#include "cli/triage.h"
#include "core/error.h"
#include "experiment/data_check.h"
#include "experiment/duration.h"
#include "experiment/environment.h"
#include "experiment/model_check.h"
#include "experiment/plan.h"
#include "experiment/scheduler.h"
#include "results/store.h"

namespace seqlab {
namespace {

constexpr int kSomeFailed = 1;
constexpr int kTimeLimit = 124;
constexpr int kMostJobs = 4096;

struct RunChoices {
  int jobs = 0;  // 0: by the number of runs
  bool retry = false;
  bool fail_fast = false;
};

std::string shown_line(const std::string& line) { return folded(line, terminal_width(STDERR_FILENO), "      ") + '\n'; }

std::string closing_line(const ScheduleSummary& summary) {
  std::string line = fmt::format("{} run{} done", summary.done, summary.done == 1 ? "" : "s");
  if (summary.done_elsewhere > 0) line += fmt::format(", {} by another process", summary.done_elsewhere);
  if (summary.failed > 0) line += fmt::format(", {} failed", summary.failed);
  if (summary.timeout > 0) line += fmt::format(", {} over the time limit", summary.timeout);
  if (summary.failed_elsewhere > 0) line += fmt::format(", {} failed in another process", summary.failed_elsewhere);
  if (summary.interrupted > 0) line += fmt::format(", {} interrupted", summary.interrupted);
  if (summary.not_started > 0) line += fmt::format(", {} not started", summary.not_started);
  if (summary.interrupted + summary.not_started > 0) line += "; the same command goes on with them";
  return line;
}

int exit_code(const ScheduleSummary& summary, const Triage& triage, bool retry) {
  if (summary.signal != 0) return 128 + summary.signal;
  if (summary.failed + summary.failed_elsewhere + summary.interrupted + summary.not_started > 0) return kSomeFailed;
  if (!retry && triage.failed_before > 0) return kSomeFailed;
  return summary.timeout > 0 || (!retry && triage.timed_out_before > 0) ? kTimeLimit : 0;
}

/// A run that is stopped for its time may save what it has: longer where it was given longer.
std::chrono::milliseconds patience(const std::string& timeout, std::chrono::milliseconds usual) {
  using std::chrono::milliseconds;
  return timeout.empty() ? usual : std::clamp(parse_duration(timeout) / 2, milliseconds(1000), usual);
}

int run_plan(const Plan& plan, const RunChoices& choices, const Globals& globals) {
  std::signal(SIGPIPE, SIG_IGN);  // who no longer reads the progress does not stop the work
  Store store(globals.database);
  Triage triage = triage_runs(plan, store.register_plan(plan.experiment, requests_of(plan)), choices.retry);

  // By the whole plan, not by what is left of it: as many threads, hence the same bits, in however many goes it is done.
  const int cores = usable_cores();
  const int jobs =
      std::max(1, choices.jobs > 0 ? choices.jobs : default_jobs(plan.runs.size(), cores, plan.run_options.threads));
  const std::int64_t threads = threads_per_run(plan.run_options.threads, cores, jobs);
  for (auto* runs : {&triage.to_run, &triage.elsewhere}) {
    for (ScheduledRun& run : *runs) run.spec.threads = threads;
  }
  if (!globals.quiet) {
    std::cerr << plan_notes(plan, terminal_width(STDERR_FILENO)) << shown_line("plan  " + plan_line(plan))
              << work_lines(triage, choices.retry, jobs, threads, terminal_width(STDERR_FILENO)) << std::flush;
  }
  std::vector<ScheduledRun> runs = std::move(triage.to_run);
  runs.insert(runs.end(), triage.elsewhere.begin(), triage.elsewhere.end());

  ScheduleSummary summary;
  if (!runs.empty()) {
    ScheduleOptions options;
    options.program = globals.program;
    options.jobs = jobs;
    options.timeout = plan.run_options.timeout;
    options.memory = plan.run_options.memory;
    options.fail_fast = choices.fail_fast;
    options.log_folder = log_folder_of(globals.database);
    options.kill_after = patience(options.timeout, options.kill_after);
    ProgressLine progress(globals, options.log_folder);
    summary = schedule(runs, options, store, progress);
  }
  if (!runs.empty() && !globals.quiet) std::cerr << shown_line(closing_line(summary)) << std::flush;
  if (!summary.environment.empty()) throw EnvironmentError(summary.environment);
  if (summary.done + summary.done_elsewhere + triage.reused > 0 && summary.signal == 0) {
    (void)print_comparison(globals.database, plan.experiment.name, globals.json ? "json" : "table");
  }
  return exit_code(summary, triage, choices.retry);
}

/// What the plan is and what would be done of it, as far as there is a database to tell.
void show_plan(const Plan& plan, const RunChoices& choices, const Globals& globals) {
  if (!globals.quiet) std::cerr << plan_notes(plan, terminal_width(STDERR_FILENO));
  std::cerr << shown_line("plan  " + plan_line(plan));
  std::error_code error;
  if (!globals.quiet && std::filesystem::is_regular_file(globals.database, error)) {
    Store store(globals.database);
    const Triage triage = triage_runs(plan, store.preview_plan(plan.experiment, requests_of(plan)), choices.retry);
    std::cerr << work_lines(triage, choices.retry, 0, 0, terminal_width(STDERR_FILENO));
  }
  std::cerr << std::flush;
  std::cout << (globals.json ? plan_json(plan) : plan_listing(plan)) << std::flush;
}

void add_options(po::options_description& options) {
  auto add = options.add_options();
  add("jobs,j", po::value<int>()->value_name("N"),
      "runs at once; default: one per core when there are more runs than cores, else 1");
  add("set", po::value<std::vector<std::string>>()->value_name("K=V"), "overrides one setting; may be given several times");
  add("grid", po::value<std::vector<std::string>>()->value_name("K=A,B"),
      "sweeps a slot or an option; may be given several times");
  add("seeds", po::value<std::int64_t>()->value_name("N"), "seeds 1..N");
  add("only", po::value<std::vector<std::string>>()->value_name("K=V"), "only the runs of the plan whose K is V");
  add("dry-run", "print the plan; store and run nothing");
  add("retry", "run again what failed before");
  add("fail-fast", "stop at the first failure");
  add("rebuild-too", "run again what another build of the same version of seqlab has made");
}

int run_experiments(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, run_command());
  if (!given) return 0;

  RunChoices choices;
  if (given->has("jobs")) {
    choices.jobs = given->options["jobs"].as<int>();
    if (choices.jobs < 1 || choices.jobs > kMostJobs) throw UserError(fmt::format("-j must be from 1 to {}", kMostJobs));
  }
  choices.retry = given->has("retry");
  choices.fail_fast = given->has("fail-fast");
  PlanRequest request;
  request.set = given->texts("set");
  request.grid = given->texts("grid");
  request.only = given->texts("only");
  request.rebuild_too = given->has("rebuild-too");
  if (given->has("seeds")) request.seeds = given->options["seeds"].as<std::int64_t>();

  Registry registry;
  registry.scan(plugin_folders());
  std::vector<Plan> plans;
  for (const std::string& file : given->positional) {
    request.file = file;
    plans.push_back(make_plan(request, registry));
    const std::string& name = plans.back().experiment.name;
    const auto same = std::find_if(plans.begin(), plans.end() - 1, [&](const Plan& p) { return p.experiment.name == name; });
    if (same != plans.end() - 1) throw UserError(fmt::format("'{}' and another file are both named '{}'", file, name));
  }
  for (Plan& plan : plans) {
    check_data(plan);
    check_models(plan, registry);
  }
  if (given->has("dry-run")) {
    for (const Plan& plan : plans) show_plan(plan, choices, globals);
    return 0;
  }
  int worst = 0;
  for (const Plan& plan : plans) {
    const int code = run_plan(plan, choices, globals);
    worst = std::max(worst, code);
    if (code > 128 || (code != 0 && choices.fail_fast)) break;
  }
  return worst;
}

}  // namespace

Command run_command() {
  return {"run",
          "carry out an experiment: only what is missing",
          "run FILE... [-j N] [--set K=V] [--grid K=A,B] [--seeds N] [--only K=V] [--dry-run] [--retry] [--fail-fast] "
          "[--rebuild-too]",
          run_experiments,
          add_options,
          {1, Positional::kAnyNumber, "FILE.toml"}};
}

}  // namespace seqlab
