#pragma once

// What the runs of all tasks share when they make their model.

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>

#include "core/error.h"
#include "experiment/run_spec.h"
#include "experiment/train_options.h"
#include "nn/parameter.h"
#include "plugin/model.h"
#include "plugin/registry.h"

namespace seqlab {

TrainOptions train_options(const RunSpec& spec);
Precision precision_of(const RunSpec& spec);
/// The name of the model that the run has chosen.
const std::string& model_name(const RunSpec& spec);

/// The model of the run with its parameters; `describe` tells the context what the data look like.
std::unique_ptr<Model> make_model(const RunSpec& spec, const Registry& registry, ParameterSet& parameters,
                                  const std::function<void(ModelContext&)>& describe);

/// The model as a task's own. UserError where it is not.
template <class TaskModel>
TaskModel& fitting(Model& model, const RunSpec& spec) {
  auto* fits = dynamic_cast<TaskModel*>(&model);
  if (fits == nullptr) {
    throw UserError(fmt::format("model '{}' does not fit the task '{}'", model_name(spec), TaskModel::tasks().front()));
  }
  return *fits;
}

}  // namespace seqlab
