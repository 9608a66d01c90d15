#pragma once

// What the runs of all tasks share: the model with its parameters, a tape to read with, batches of similar lengths. A task
// adds its data, how rows become a batch, and how its metrics are computed.

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "experiment/task_run.h"

namespace seqlab {

class ModelRun : public TaskRun {
 public:
  ParameterSet& parameters() final { return parameters_; }
  /// training_batches() of the lengths.
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;

 protected:
  explicit ModelRun(const RunSpec& spec);

  /// Builds the model that the run has chosen, as the task's own; `describe` tells the context what the data look like.
  /// UserError where the model does not fit the task.
  template <class TaskModel>
  TaskModel& make_model(const RunSpec& spec, const Registry& registry, const std::function<void(ModelContext&)>& describe) {
    model_ = chosen_model(spec, registry, describe);
    auto* fits = dynamic_cast<TaskModel*>(model_.get());
    if (fits == nullptr) {
      const auto& name = std::get<std::string>(spec.settings.at("parts.model"));
      throw UserError(fmt::format("model '{}' does not fit the task '{}'", name, TaskModel::tasks().front()));
    }
    return *fits;
  }

  /// Batches of examples.
  [[nodiscard]] int batch() const { return batch_; }
  /// To read with: keeps no gradients.
  Tape& reading() { return reading_; }
  /// Of the training examples, in their order; before the first batch is asked for.
  void set_lengths(std::vector<int> lengths) { lengths_ = std::move(lengths); }

 private:
  std::unique_ptr<Model> chosen_model(const RunSpec& spec, const Registry& registry,
                                      const std::function<void(ModelContext&)>& describe);

  std::uint64_t seed_;
  int batch_;
  std::vector<int> lengths_;
  ParameterSet parameters_;
  Tape reading_;
  std::unique_ptr<Model> model_;
};

/// The examples of a split in data that keep `train`, `valid` and `test`.
template <class Data>
const auto& split_of(const Data& data, Split split) {
  return split == Split::train ? data.train : split == Split::valid ? data.valid : data.test;
}

}  // namespace seqlab
