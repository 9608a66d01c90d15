#include "metrics/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

struct TaskMetrics {
  std::string task;
  std::vector<MetricInfo> metrics;
};

const std::vector<TaskMetrics>& tasks() {
  static const std::vector<TaskMetrics> all = {
      {"translate",
       {{"loss", Direction::minimum, "mean negative log probability of a reference token (nats), 0 and up"},
        {"perplexity", Direction::minimum, "exp(loss), 1 and up"},
        {"token_accuracy", Direction::maximum,
         "share of reference tokens predicted right after the right ones before, 0 to 1"},
        {"exact", Direction::maximum, "share of predictions that are the reference to the letter, 0 to 1"},
        {"bleu", Direction::maximum, "corpus BLEU-4 of the predictions as sacreBLEU computes it, 0 to 100"},
        {"bleu_to_10", Direction::maximum, "BLEU of the sources of at most 10 tokens, 0 to 100"},
        {"bleu_to_20", Direction::maximum, "BLEU of the sources of 11 to 20 tokens, 0 to 100"},
        {"bleu_to_30", Direction::maximum, "BLEU of the sources of 21 to 30 tokens, 0 to 100"},
        {"bleu_over_30", Direction::maximum, "BLEU of the sources of more than 30 tokens, 0 to 100"},
        {"chrf", Direction::maximum, "corpus chrF2 of the predictions as sacreBLEU computes it, 0 to 100"},
        {"rouge_l", Direction::maximum, "mean F1 of the longest common subsequence of tokens, 0 to 100"},
        {"bracket_f1", Direction::maximum, "trees: labelled F1 of the phrases as EVALB counts them, 0 to 100"},
        {"balanced", Direction::maximum,
         "trees: share of predictions that say something and whose brackets all have their partner, 0 to 1"},
        {"well_formed", Direction::maximum,
         "trees: share of predictions that need no repair: balanced, a leaf for each word and one in each phrase, 0 to 1"},
        {"repairs", Direction::minimum, "trees: brackets and leaves added or taken out, a prediction"}}},
      {"classify",
       {{"loss", Direction::minimum, "mean negative log probability of the right class (nats), 0 and up"},
        {"accuracy", Direction::maximum, "share of sequences whose class is predicted right, 0 to 1"},
        {"macro_f1", Direction::maximum, "mean over the classes of their F1, each with the same weight, 0 to 1"},
        {"auroc", Direction::maximum,
         "area under the receiver operating characteristic, of several classes each against the rest, 0 to 1"}}},
      {"tag",
       {{"loss", Direction::minimum, "mean negative log probability of the right tag (nats), 0 and up"},
        {"accuracy", Direction::maximum, "share of judged steps whose tag is predicted right, 0 to 1"},
        {"macro_f1", Direction::maximum, "mean over the tags of their F1, each with the same weight, 0 to 1"},
        {"exact", Direction::maximum, "share of sequences without a mistake, 0 to 1"}}},
      {"forecast",
       {{"loss", Direction::minimum, "mean squared error of the scaled numbers, 0 and up"},
        {"mae", Direction::minimum, "mean absolute error, in the unit of the target"},
        {"rmse", Direction::minimum, "root of the mean squared error, in the unit of the target"},
        {"mase", Direction::minimum, "mean absolute error as a multiple of persistence's; below 1 is better than it"},
        {"direction", Direction::maximum, "share of changes whose sign is foretold, 0 to 1"}}},
      {"language_model",
       {{"loss", Direction::minimum, "mean negative log probability of a token (nats), 0 and up"},
        {"perplexity", Direction::minimum, "exp(loss), 1 and up"},
        {"bits", Direction::minimum, "loss in bits a token: loss / ln 2"},
        {"token_accuracy", Direction::maximum, "share of tokens that were the most probable ones, 0 to 1"}}},
  };
  return all;
}

const std::vector<std::string>& splits() {
  static const std::vector<std::string> names = {"train", "valid", "test"};
  return names;
}

}  // namespace

bool is_better(Direction direction, double value, double than, double change) {
  if (std::isnan(value) || std::isnan(than)) return !std::isnan(value);
  return direction == Direction::maximum ? value > than + change : value < than - change;
}

const std::vector<MetricInfo>& metrics_of_task(std::string_view task) {
  std::vector<std::string> known;
  for (const auto& entry : tasks()) {
    if (entry.task == task) return entry.metrics;
    known.push_back(entry.task);
  }
  throw UserError(fmt::format("unknown task '{}'; {}", task, suggestion(task, known)));
}

const MetricInfo& find_metric(std::string_view task, std::string_view name) {
  const auto& metrics = metrics_of_task(task);
  std::string_view metric = name;
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    const std::string_view split = name.substr(0, slash);
    metric = name.substr(slash + 1);
    if (std::ranges::find(splits(), split) == splits().end()) {
      throw UserError(fmt::format("unknown split '{}' in metric '{}'; {}", split, name, suggestion(split, splits())));
    }
  }
  const auto found = std::ranges::find(metrics, metric, &MetricInfo::name);
  if (found != metrics.end()) return *found;
  std::vector<std::string> known;
  for (const auto& info : metrics) known.push_back(info.name);
  throw UserError(fmt::format("task '{}' has no metric '{}'; {}", task, metric, suggestion(metric, known)));
}

}  // namespace seqlab
