#pragma once

// A run of the task `translate`.

#include "data/translate_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class TranslateRun final : public ModelRun {
 public:
  TranslateRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  [[nodiscard]] std::map<std::string, std::string> stored_texts() const override { return data_.stored(); }
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  TranslateOptions options_;
  TranslateData data_;
  TranslateModel* translate_;
};

}  // namespace seqlab
