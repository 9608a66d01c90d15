#pragma once

// A translate model on one split: losses under teacher forcing, translations, metrics.

#include <cstdint>
#include <vector>

#include "data/translate_task.h"
#include "experiment/task_run.h"
#include "plugin/model.h"

namespace seqlab {

/// One of the splits of `data`.
struct TranslateSplit {
  const std::vector<TextPair>& pairs;
  const std::vector<Tree>* trees = nullptr;  // what the targets say, where they are trees
};

/// The values of metrics_of_task("translate"), as far as they apply. `pause` is called before each batch. The weights of the
/// first `attention` examples are kept, where the model looks at its source.
Evaluation evaluate_translation(
    TranslateModel& model, Tape& tape, const TranslateData& data, const TranslateSplit& split,
    const TranslateOptions& options, const Pause& pause = [] {}, std::int64_t attention = 0);

}  // namespace seqlab
