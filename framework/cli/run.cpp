// `seqlab run`: plan, store, carry out what is missing, compare.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/plan_text.h"
#include "cli/progress_line.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "experiment/data_check.h"
#include "experiment/duration.h"
#include "experiment/environment.h"
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

/// What the ledger knows of the plan's runs, sorted by what is to be done with them.
struct Sorted {
  std::vector<ScheduledRun> to_run;
  std::size_t reused = 0;
  std::size_t failed_before = 0;
  std::size_t elsewhere = 0;
};

Sorted sort_runs(const Plan& plan, const std::vector<RunTicket>& tickets, bool retry) {
  expect(tickets.size() == plan.runs.size(), "the ledger gives a ticket to every run");
  Sorted sorted;
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    const RunState state = tickets[i].state;
    const bool failed = state == RunState::failed || state == RunState::timeout;
    if (failed) ++sorted.failed_before;
    if (state == RunState::done) {
      ++sorted.reused;
    } else if (state == RunState::running) {
      ++sorted.elsewhere;
    } else if (!failed || retry) {
      sorted.to_run.push_back({tickets[i].id, plan.runs[i].request.variant.label, plan.runs[i].spec});
    }
  }
  return sorted;
}

std::string work_line(const Sorted& sorted, bool retry, int jobs, std::int64_t threads) {
  std::string line = "     ";
  if (sorted.reused > 0) line += fmt::format(" {} done (reused)  ", sorted.reused);
  line += fmt::format(" {} to run", sorted.to_run.size());
  if (sorted.failed_before > 0) {
    line += retry ? fmt::format("   of them {} failed before", sorted.failed_before)
                  : fmt::format("   {} failed before (--retry runs them again)", sorted.failed_before);
  }
  if (sorted.elsewhere > 0) line += fmt::format("   {} at work in another process", sorted.elsewhere);
  if (!sorted.to_run.empty()) {
    line += fmt::format("   on {} worker{}, {} thread{} each", jobs, jobs == 1 ? "" : "s", threads, threads == 1 ? "" : "s");
  }
  return line;
}

std::string shown_line(const std::string& line) { return folded(line, terminal_width(STDERR_FILENO), "      ") + '\n'; }

std::string closing_line(const ScheduleSummary& summary) {
  std::string line = fmt::format("{} run{} done", summary.done, summary.done == 1 ? "" : "s");
  if (summary.failed > 0) line += fmt::format(", {} failed", summary.failed);
  if (summary.timeout > 0) line += fmt::format(", {} over the time limit", summary.timeout);
  if (summary.interrupted > 0) line += fmt::format(", {} interrupted", summary.interrupted);
  if (summary.not_started > 0) line += fmt::format(", {} not started", summary.not_started);
  if (summary.interrupted + summary.not_started > 0) line += "; the same command goes on with them";
  return line;
}

int exit_code(const ScheduleSummary& summary, const Sorted& sorted, bool retry) {
  if (summary.signal != 0) return 128 + summary.signal;
  if (summary.failed + summary.interrupted + summary.not_started > 0) return kSomeFailed;
  if (summary.timeout > 0) return kTimeLimit;
  return !retry && sorted.failed_before > 0 ? kSomeFailed : 0;
}

int run_plan(const Plan& plan, const RunChoices& choices, const Globals& globals) {
  Store store(globals.database);
  std::vector<RunRequest> requests;
  for (const PlannedRun& run : plan.runs) requests.push_back(run.request);
  Sorted sorted = sort_runs(plan, store.register_plan(plan.experiment, requests), choices.retry);

  const int cores = usable_cores();
  const int jobs =
      std::max(1, choices.jobs > 0 ? choices.jobs : default_jobs(sorted.to_run.size(), cores, plan.run_options.threads));
  const std::int64_t threads = threads_per_run(plan.run_options.threads, cores, jobs);
  for (ScheduledRun& run : sorted.to_run) run.spec.threads = threads;
  if (!globals.quiet)
    std::cerr << shown_line("plan  " + plan_line(plan)) << shown_line(work_line(sorted, choices.retry, jobs, threads)) << std::flush;

  ScheduleSummary summary;
  if (!sorted.to_run.empty()) {
    ScheduleOptions options;
    options.program = globals.program;
    options.jobs = jobs;
    options.timeout = plan.run_options.timeout;
    options.fail_fast = choices.fail_fast;
    options.log_folder = log_folder_of(globals.database);
    ProgressLine progress(globals, options.log_folder);
    summary = schedule(sorted.to_run, options, store, progress);
  }
  if (!sorted.to_run.empty() && !globals.quiet) std::cerr << shown_line(closing_line(summary)) << std::flush;
  if (summary.done + sorted.reused > 0 && summary.signal == 0) {
    (void)print_comparison(globals.database, plan.experiment.name, globals.json ? "json" : "table");
  }
  return exit_code(summary, sorted, choices.retry);
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
  if (given->has("dry-run")) {
    for (const Plan& plan : plans) {
      std::cerr << shown_line("plan  " + plan_line(plan)) << std::flush;
      std::cout << (globals.json ? plan_json(plan) : plan_listing(plan)) << std::flush;
    }
    return 0;
  }
  for (const Plan& plan : plans) check_data(plan);
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
  return {"run", "carry out an experiment: only what is missing",
          "run FILE... [-j N] [--set K=V] [--grid K=A,B] [--seeds N] [--only K=V] [--dry-run] [--retry] [--fail-fast]",
          run_experiments, add_options, {1, Positional::kAnyNumber, "FILE.toml"}};
}

}  // namespace seqlab
