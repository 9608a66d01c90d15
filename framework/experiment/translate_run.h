#pragma once

// A run of the task `translate`.

#include "data/text.h"
#include "data/translate_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class TranslateRun final : public ModelRun {
 public:
  TranslateRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  TranslateOptions options_;
  TranslateData data_;
  Tokens tokens_;
  TranslateModel* translate_;
};

}  // namespace seqlab
