#pragma once

// A translate model at work: source ids in, texts out, by greedy or beam search.

#include <span>
#include <string>
#include <vector>

#include "data/translate_task.h"
#include "plugin/model.h"

namespace seqlab {

class Translator {
 public:
  /// Model and text are used as long as this lives. `options` say how texts are searched.
  Translator(TranslateModel& model, const TranslateText& text, const TranslateOptions& options, Precision precision);

  /// The `best` texts of each source, best first (fewer where the search found fewer). `best` above the beam widens it.
  /// Greedy search, which has no scores, is taken where one text and no score is asked for and the beam is 1. The tape is
  /// cleared before.
  std::vector<std::vector<Hypothesis>> translate(Tape& tape, const IdSequences& source, int best, bool weights,
                                                 bool scores = false);

  /// The tokens of a text; where the options want it, <unk> is the source's token that was looked at most.
  [[nodiscard]] std::vector<std::string> tokens_of(const Hypothesis& said, std::span<const std::string> source) const;
  /// As running text.
  [[nodiscard]] std::string text_of(const Hypothesis& said, std::span<const std::string> source) const;
  [[nodiscard]] bool replaces_unknown() const { return options_.replace_unknown; }

 private:
  TranslateModel& model_;
  const TranslateText& text_;
  TranslateOptions options_;
  DecodingTapes tapes_;
};

}  // namespace seqlab
