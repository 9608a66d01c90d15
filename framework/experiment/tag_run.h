#pragma once

// A run of the task `tag`.

#include "data/tag_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class TagRun final : public ModelRun {
 public:
  TagRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::map<std::string, std::string> stored_texts() const override { return texts_; }
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  TagData data_;
  std::map<std::string, std::string> texts_;  // for predictions
  TagModel* tag_;
};

/// A tag model on one split. Values: loss, accuracy, macro_f1 over the judged steps; exact, the share of sequences without a
/// mistake. An example's score is its share of right steps.
Evaluation evaluate_tagging(
    TagModel& model, Tape& tape, const TagData& data, std::span<const TagExample> split, const Pause& pause = [] {});

}  // namespace seqlab
