#pragma once

// A task's side of a run: its data, its model, how they become losses and metrics. The trainer knows nothing else of a task.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "experiment/run_spec.h"
#include "metrics/metric.h"
#include "nn/parameter.h"
#include "nn/state.h"
#include "plugin/model.h"
#include "plugin/registry.h"

namespace seqlab {

enum class Split { train, valid, test };

/// What a model looked at while it made the prediction of one example.
struct ExampleAttention {
  std::int64_t index = 0;                   // of the example in its split
  std::vector<std::string> source;          // tokens
  std::vector<std::string> target;          // tokens of the prediction, "</s>" where it ended
  std::vector<std::vector<float>> weights;  // [target][source]
};

struct Evaluation {
  MetricValues values;
  std::vector<ExampleScore> examples;       // in the order of the split
  std::vector<ExampleAttention> attention;  // of some examples
};

/// Called now and then in long work; may throw to end it.
using Pause = std::function<void()>;

class TaskRun {
 public:
  virtual ~TaskRun();
  /// Of the model; built when the run is made.
  virtual ParameterSet& parameters() = 0;
  /// Sizes of data and model: {"train pairs": "10000", ...}.
  [[nodiscard]] virtual std::map<std::string, std::string> facts() const = 0;
  /// The batches of an epoch as rows of the training split: by seed and epoch alone; each epoch has as many.
  [[nodiscard]] virtual std::vector<std::vector<int>> batches(std::int64_t epoch) const = 0;
  /// Forward pass of a batch of the training split.
  virtual BatchLoss loss(Tape& tape, std::span<const int> rows) = 0;
  virtual Evaluation evaluate(Split split, const Pause& pause) = 0;
  /// What the run learnt of its training data besides weights (vocabularies, classes), as named texts: with the weights and
  /// the settings all that a prediction needs (experiment/predictor.h). Empty: the task does not predict by itself.
  [[nodiscard]] virtual std::map<std::string, std::string> stored_texts() const;
  /// What a run carries from one training batch to the next beyond its parameters, for checkpoints.
  virtual void exchange(StateArchive& archive);
};

/// Reads the data and builds the model of the task that the settings name. UserError where either does not work.
std::unique_ptr<TaskRun> make_task_run(const RunSpec& spec, const Registry& registry);

}  // namespace seqlab
