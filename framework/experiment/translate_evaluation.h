#pragma once

// A translate model on one split: losses under teacher forcing, greedy translations, metrics.

#include <string>
#include <vector>

#include "data/text.h"
#include "data/translate_task.h"
#include "metrics/metric.h"
#include "plugin/model.h"

namespace seqlab {

struct TranslateEvaluation {
  MetricValues values;                 // loss, perplexity, token_accuracy, exact, bleu
  std::vector<ExampleScore> examples;  // in the order of the split
};

TranslateEvaluation evaluate_translation(TranslateModel& model, Tape& tape, const TranslateData& data,
                                         const std::vector<TextPair>& split, Tokens tokens);

}  // namespace seqlab
