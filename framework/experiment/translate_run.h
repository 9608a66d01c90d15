#pragma once

// A run of the task `translate`.

#include "data/text.h"
#include "data/translate_task.h"
#include "experiment/task_run.h"

namespace seqlab {

class TranslateRun final : public TaskRun {
 public:
  TranslateRun(const RunSpec& spec, const Registry& registry);
  ParameterSet& parameters() override { return parameters_; }
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  std::uint64_t seed_;
  int batch_;
  TranslateOptions options_;
  TranslateData data_;
  Tokens tokens_;
  std::vector<int> lengths_;  // of the training sources
  ParameterSet parameters_;
  Tape reading_;
  std::unique_ptr<Model> model_;
  TranslateModel* translate_ = nullptr;  // the same
};

}  // namespace seqlab
