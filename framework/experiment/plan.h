#pragma once

// From an experiment file to the list of its runs. Everything is read, resolved and validated here; nothing is stored or
// started.

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/layers.h"
#include "experiment/ledger.h"
#include "experiment/run_spec.h"
#include "experiment/sweep.h"
#include "experiment/train_options.h"
#include "plugin/registry.h"

namespace seqlab {

struct PlannedRun {
  RunRequest request;
  RunSpec spec;  // threads: 0 where the scheduler decides
};

struct Plan {
  ExperimentRecord experiment;
  RunOptions run_options;
  std::vector<AxisCount> axes;   // without the seed
  std::size_t seeds = 1;         // 0: the seed is part of [zip]
  std::size_t combinations = 1;  // of all axes and seeds
  std::size_t left_out = 0;      // of them by [[exclude]]
  std::size_t added = 0;         // runs of [[add]]
  std::size_t equal = 0;         // left out: they differ from another only in options of plugins that they do not use
  std::size_t excluded = 0;      // left out by --only
  std::vector<PlannedRun> runs;  // the first factor varies slowest
};

/// DiagnosticsError with everything that is wrong, UserError for a damaged command line, NothingMatched where --only leaves
/// nothing.
Plan make_plan(const PlanRequest& request, const Registry& registry);

/// "attention-scores   7 attention x 2 cell x 3 seeds = 42 runs   metric valid/exact (max)"
std::string plan_line(const Plan& plan);

/// Hash over the content of the plugin files used and the framework's version; with `build` (the hash of libseqlab's file)
/// it is followed by "+" and that.
std::string code_identity(const std::vector<PluginFile>& plugins, const std::string& build = "");

}  // namespace seqlab
