#pragma once

// A run of the task `language_model`.

#include "data/language_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class LanguageRun final : public ModelRun {
 public:
  LanguageRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::map<std::string, std::string> stored_texts() const override;
  /// Window by window: a batch is the number of its window.
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;
  void exchange(StateArchive& archive) override;

 private:
  LanguageOptions options_;
  LanguageData data_;
  NextTokenModel* language_;
  CarriedState carried_;  // of the training text
};

/// A language model on one text, each token once, the state carried through each of ten parts of the text. Values: loss,
/// perplexity, bits, token_accuracy. An example is a window: its score is the mean of ln p(token).
Evaluation evaluate_language(
    NextTokenModel& model, Tape& tape, const LanguageData& data, std::span<const int> text, int window,
    const Pause& pause = [] {});

}  // namespace seqlab
