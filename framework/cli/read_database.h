#pragma once

// The database as the reading commands (compare, status, show, sql) open it, and the runs that their arguments name.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "results/database.h"

namespace seqlab {

/// A read-only connection, which sees runs of dead processes as lost. NothingMatched where there is no such file yet; else
/// as Database throws.
std::unique_ptr<Database> open_for_reading(const std::string& path);

/// The same for commands that change what is there, and make no database.
std::unique_ptr<Database> open_for_changing(const std::string& path);

/// Turns runs of dead processes `lost` in the file, for whoever reads it without seqlab. Does nothing where it cannot be
/// written. NothingMatched where there is none.
void reap_lost_runs(const std::string& path);

/// The id of the run that `word` names: "31", "#31", "8599d1" (the start of its uuid, of one run alone), "@last" (started
/// last) or "@best" (best value of the experiment's own metric). `experiment` narrows @last and @best; "": the one that was
/// worked on last. UserError for another word, NothingMatched (with did-you-mean) where there is none.
std::int64_t find_run(Database& database, const std::string& word, const std::string& experiment);

struct NamedRows {
  std::vector<std::int64_t> runs;
  std::vector<std::int64_t> experiments;
};
/// What words name: "31", "#31", "@last", "@best" and starts of uuids are runs, all else experiments. Errors as find_run()
/// and find_experiment().
NamedRows find_runs_and_experiments(Database& database, const std::vector<std::string>& words);

}  // namespace seqlab
