#pragma once

// A run of the task `tag`.

#include "data/tag_task.h"
#include "experiment/task_run.h"

namespace seqlab {

class TagRun final : public TaskRun {
 public:
  TagRun(const RunSpec& spec, const Registry& registry);
  ParameterSet& parameters() override { return parameters_; }
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  std::uint64_t seed_;
  int batch_;
  TagData data_;
  std::vector<int> lengths_;  // of the training examples
  ParameterSet parameters_;
  Tape reading_;
  std::unique_ptr<Model> model_;
  TagModel* tag_ = nullptr;  // the same
};

/// A tag model on one split. Values: loss, accuracy, macro_f1 over the judged steps; exact, the share of sequences without a
/// mistake. An example's score is its share of right steps.
Evaluation evaluate_tagging(
    TagModel& model, Tape& tape, const TagData& data, std::span<const TagExample> split, const Pause& pause = [] {});

}  // namespace seqlab
