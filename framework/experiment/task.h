#pragma once

// The seam between the experiments and the tasks: everything that validation, planning, the data check, completion and the
// making of a run need to know of a task. Who adds a task adds its name (data/task_names.h), its metrics
// (metrics/metric.cpp), its model interface (plugin/model.h) with a trial for the conformance suite
// (plugin/conformance_task.h), and one entry here.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/options.h"
#include "data/data_content.h"
#include "experiment/run_spec.h"
#include "experiment/task_run.h"

namespace seqlab {

struct Task {
  std::string name;
  /// Table [data] of an experiment of this task; it has an option "task" whose default is the name.
  std::shared_ptr<const OptionTable> data;
  /// What comparisons rank by where the experiment names no metric, by the completed table [data]: "valid/bleu".
  std::string (*default_metric)(const OptionValues& data);
  /// Reads all that a run would read, and says what it is. `folder` is where relative names start. UserError, naming file,
  /// line and remedy.
  DataContent (*check)(const OptionValues& data, const std::string& folder);
  /// Reads the data and builds the model. UserError where either does not work.
  std::unique_ptr<TaskRun> (*make_run)(const RunSpec& spec, const Registry& registry);
};

/// All tasks, in the order of task_names().
std::span<const Task> tasks();

/// nullptr where there is none of this name.
const Task* find_task(std::string_view name);

/// The task that settings with dotted names choose ("data.task"); the first of all where they do not say, or say what is
/// none: then its own table [data] refuses the name.
const Task& chosen_task(const OptionValues& settings);

}  // namespace seqlab
