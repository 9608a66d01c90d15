#pragma once

// From an experiment file to the list of its runs. Everything is read, resolved and validated here; nothing is stored or
// started.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "experiment/diagnostic.h"
#include "experiment/layers.h"
#include "experiment/ledger.h"
#include "experiment/run_spec.h"
#include "experiment/sweep.h"
#include "experiment/train_options.h"
#include "plugin/registry.h"

namespace seqlab {

struct PlannedRun {
  RunRequest request;
  RunSpec spec;      // threads: 0 where the scheduler decides
  int features = 0;  // numbers in a vector of its data, 0: tokens; known once the data were read
};

struct Plan {
  ExperimentRecord experiment;
  RunOptions run_options;
  std::vector<AxisCount> axes;     // without the seed
  std::size_t seeds = 1;           // 0: the seed is part of [zip]
  std::size_t combinations = 1;    // of all axes and seeds
  std::size_t left_out = 0;        // of them by [[exclude]]
  std::size_t added = 0;           // runs of [[add]]
  std::size_t equal = 0;           // left out: they differ from another only in options of plugins that they do not use
  std::size_t excluded = 0;        // left out by --only
  std::vector<PlannedRun> runs;    // the first factor varies slowest
  std::vector<std::string> notes;  // what the user may not have meant: plugins of one name, idle settings
  /// Where each setting that the user gave stands, by full name: a diagnostic without a message.
  std::map<std::string, Diagnostic, std::less<>> setting_places;
  /// Where each model is chosen, as what is wrong with its parts is told: without a message.
  std::map<std::string, Diagnostic, std::less<>> model_places;
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
