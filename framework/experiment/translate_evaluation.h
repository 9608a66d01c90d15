#pragma once

// A translate model on one split: losses under teacher forcing, greedy translations, metrics.

#include <vector>

#include "data/text.h"
#include "data/translate_task.h"
#include "experiment/task_run.h"
#include "plugin/model.h"

namespace seqlab {

/// Values: loss, perplexity, token_accuracy, exact, bleu. `pause` is called before each batch.
Evaluation evaluate_translation(
    TranslateModel& model, Tape& tape, const TranslateData& data, const std::vector<TextPair>& split, Tokens tokens,
    const Pause& pause = [] {});

}  // namespace seqlab
