#pragma once

// What is to be done with the runs of a plan, given what the ledger knows of them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiment/plan.h"
#include "experiment/scheduler.h"

namespace seqlab {

struct Triage {
  std::vector<ScheduledRun> to_run;                           // by this process
  std::vector<ScheduledRun> elsewhere;                        // another process is at work on them
  std::size_t reused = 0;                                     // done before
  std::size_t other_build = 0;                                // of them by another build of seqlab
  std::size_t fresh = 0;                                      // of to_run: never begun
  std::size_t resumed = 0;                                    // of to_run: interrupted or lost before
  std::size_t failed_before = 0;                              // of to_run with --retry, else left alone
  std::size_t timed_out_before = 0;                           // likewise
  std::vector<std::pair<std::string, std::size_t>> repeated;  // of to_run: why an earlier run does not count, and how often
  std::optional<double> typical_seconds;                      // of one run: the median of those that are done
};

std::vector<RunRequest> requests_of(const Plan& plan);

/// `tickets` are those of the plan's runs, in their order.
Triage triage_runs(const Plan& plan, const std::vector<RunTicket>& tickets, bool retry);

/// "      12 done (reused)   28 to run   2 rerun: cell/mine changed   about 2 min on 2 workers, 1 thread each", in lines of
/// at most `width` columns; `jobs` 0: without the workers.
std::string work_lines(const Triage& triage, bool retry, int jobs, std::int64_t threads, int width);

}  // namespace seqlab
