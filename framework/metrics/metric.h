#pragma once

// A metric's name, its direction, and the values of one evaluation.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

enum class Direction { minimum, maximum };  // which end is better

/// Whether `value` is better than `than` by more than `change`. NaN is never better, anything else is better than NaN.
bool is_better(Direction direction, double value, double than, double change = 0);

struct MetricInfo {
  std::string name;  // without split: "bleu", "exact", "loss"
  Direction direction;
  std::string help;  // one line: what it measures, its range
};

/// Metrics of a task, in the order in which they are printed. UserError for an unknown task.
///   translate: loss        mean over reference tokens, end mark included, of -ln p(token), under teacher forcing
///              perplexity  exp(loss)
///              token_accuracy, exact (metrics/exact.h), bleu, also by the length of the source (metrics/bleu.h), chrf
///              (metrics/chrf.h), rouge_l (metrics/rouge.h); of trees bracket_f1 (metrics/evalb.h), balanced, well_formed,
///              repairs. Those of lengths that do not occur, and of trees where there are none, are left out.
///   classify:  loss        mean of -ln p(class); accuracy, macro_f1, auroc (metrics/classification.h)
///   tag:       loss, accuracy, macro_f1 over the judged steps; exact, of whole sequences
///   forecast:  loss, mae, rmse, mase, direction (metrics/forecast.h)
///   language_model: loss (nats a token), perplexity, bits, token_accuracy
const std::vector<MetricInfo>& metrics_of_task(std::string_view task);

/// Looks up "valid/bleu" (or "bleu") of a task. UserError with did-you-mean where the split or the metric is unknown.
const MetricInfo& find_metric(std::string_view task, std::string_view name);

/// Values by metric name for one split.
using MetricValues = std::map<std::string, double>;

/// Scores of one example: what table `example` stores.
struct ExampleScore {
  std::string source;
  std::string prediction;
  std::string reference;
  double score = 0;  // sentence value of the task's main metric: exact match 0/1 for characters, sentence chrF or BLEU else
};

}  // namespace seqlab
