#pragma once

// Carries out runs, several at once, each in a process of its own. This process alone writes to the ledger.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/ledger.h"
#include "experiment/progress.h"
#include "experiment/run_spec.h"

namespace seqlab {

struct ScheduledRun {
  std::int64_t id = 0;  // the ledger's
  std::string label;
  RunSpec spec;
  bool elsewhere = false;  // another process is at work on it
};

struct ScheduleOptions {
  std::string program;                             // absolute path of seqlab
  std::vector<std::string> arguments = {"child"};  // what makes it carry out one run
  int jobs = 1;                                    // runs at once, at least 1
  std::string timeout;                             // longest time of one run, "30min"; "": none
  std::string memory;                              // most memory of one run, "2GB"; "": no limit
  bool fail_fast = false;                          // the first failure stops all
  std::string log_folder;                          // created where absent
  std::chrono::milliseconds kill_after{5000};      // between SIGTERM and SIGKILL of a run that takes too long
  std::chrono::milliseconds stop_after{30000};     // the same where all is stopped: time to save
};

struct ScheduleSummary {
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t timeout = 0;
  std::size_t interrupted = 0;
  std::size_t not_started = 0;       // still queued
  std::size_t done_elsewhere = 0;    // by another process in the meantime
  std::size_t failed_elsewhere = 0;  // the same, or over their time
  std::size_t elsewhere = 0;         // still at work in another process: this one was stopped
  std::string environment;           // what the machine refused, and all was stopped for
  int signal = 0;                    // that stopped the schedule; 0: none
};

/// Runs all of them. What another process works on is left to it and waited for, and taken over where it gets lost or is
/// interrupted: several processes share one plan. A run that fails ends alone; one that the environment refused (a full
/// disk) is marked interrupted and stops all. The first SIGINT, SIGTERM, SIGHUP or SIGUSR1 stops the children (SIGTERM) and
/// marks their runs interrupted; the second kills them. EnvironmentError where the ledger or the log folder cannot be
/// written.
ScheduleSummary schedule(const std::vector<ScheduledRun>& runs, const ScheduleOptions& options, Ledger& ledger,
                         ProgressListener& listener);

/// Runs at once where the user did not say: one per core when there are more runs than cores, else one after the other, so
/// that each has all cores; with `threads` per run given, as many as fit.
int default_jobs(std::size_t runs, int cores, std::int64_t threads);
/// Threads of one run: as given, else the cores shared by the jobs.
std::int64_t threads_per_run(std::int64_t given, int cores, int jobs);
/// "seqlab-runs/<stem>" beside the database file, absolute.
std::string log_folder_of(const std::string& database);

}  // namespace seqlab
