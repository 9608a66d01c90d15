#pragma once

// A run of the task `classify`.

#include "data/classify_task.h"
#include "experiment/task_run.h"

namespace seqlab {

class ClassifyRun final : public TaskRun {
 public:
  ClassifyRun(const RunSpec& spec, const Registry& registry);
  ParameterSet& parameters() override { return parameters_; }
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  std::uint64_t seed_;
  int batch_;
  ClassifyData data_;
  std::vector<int> lengths_;  // of the training examples
  ParameterSet parameters_;
  Tape reading_;
  std::unique_ptr<Model> model_;
  ClassifyModel* classify_ = nullptr;  // the same
};

/// A classify model on one split. Values: loss, accuracy, macro_f1, auroc (of several classes the mean over those that
/// occur, each against the rest).
Evaluation evaluate_classification(
    ClassifyModel& model, Tape& tape, const ClassifyData& data, std::span<const ClassifyExample> split,
    const Pause& pause = [] {});

}  // namespace seqlab
