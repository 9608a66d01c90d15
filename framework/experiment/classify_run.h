#pragma once

// A run of the task `classify`.

#include "data/classify_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class ClassifyRun final : public ModelRun {
 public:
  ClassifyRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::map<std::string, std::string> stored_texts() const override { return texts_; }
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  ClassifyData data_;
  std::map<std::string, std::string> texts_;  // for predictions
  ClassifyModel* classify_;
};

/// A classify model on one split. Values: loss, accuracy, macro_f1, auroc (of several classes the mean over those that
/// occur, each against the rest).
Evaluation evaluate_classification(
    ClassifyModel& model, Tape& tape, const ClassifyData& data, std::span<const ClassifyExample> split,
    const Pause& pause = [] {});

}  // namespace seqlab
