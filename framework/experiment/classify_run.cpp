#include "experiment/classify_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/tokenizer.h"
#include "experiment/batching.h"
#include "metrics/classification.h"

namespace seqlab {

ClassifyRun::ClassifyRun(const RunSpec& spec, const Registry& registry)
    : ModelRun(spec),
      data_(load_classify_data(classify_schema().read(settings_below(spec.settings, "data.")), spec.folder)) {
  std::vector<int> lengths;
  std::vector<std::vector<int>> sentences;
  for (const ClassifyExample& example : data_.train) {
    lengths.push_back(length_of(example, data_.width));
    if (data_.width == 0) sentences.push_back(example.ids);
  }
  set_lengths(std::move(lengths));
  classify_ = &make_model<ClassifyModel>(spec, registry, [&](ModelContext& context) {
    if (data_.width == 0) context.source = {&data_.vocabulary, sentences};
    context.features = data_.width;
    context.outputs = static_cast<int>(data_.classes.size());
    context.class_counts = data_.class_counts;
  });
  const ClassifyOptions options = classify_schema().read(settings_below(spec.settings, "data."));
  if (data_.width == 0)
    texts_ = stored_lines(Tokenizer(tokens_named(options.tokens), options.lower_case), data_.vocabulary, data_.classes);
}

std::map<std::string, std::string> ClassifyRun::facts() const {
  std::map<std::string, std::string> facts = {{"train examples", std::to_string(data_.train.size())},
                                              {"valid examples", std::to_string(data_.valid.size())},
                                              {"test examples", std::to_string(data_.test.size())},
                                              {"classes", std::to_string(data_.classes.size())}};
  if (data_.width == 0) {
    facts["vocabulary"] = std::to_string(data_.vocabulary.size());
  } else {
    facts["features"] = std::to_string(data_.width);
  }
  return facts;
}

BatchLoss ClassifyRun::loss(Tape& tape, std::span<const int> rows) {
  return classify_->loss(tape, make_classify_batch(data_.train, data_.width, rows));
}

Evaluation ClassifyRun::evaluate(Split split, const Pause& pause) {
  const auto& examples = split_of(data_, split);
  return evaluate_classification(*classify_, reading(), data_, examples, pause);
}

Evaluation evaluate_classification(ClassifyModel& model, Tape& tape, const ClassifyData& data,
                                   std::span<const ClassifyExample> split, const Pause& pause) {
  constexpr int kBatch = 200;
  const auto classes = static_cast<int>(data.classes.size());
  std::vector<int> lengths;
  std::vector<int> references;
  for (const ClassifyExample& example : split) {
    lengths.push_back(length_of(example, data.width));
    references.push_back(example.label);
  }
  double nats = 0;
  std::vector<int> predictions(split.size());
  std::vector<std::vector<double>> probabilities(data.classes.size(), std::vector<double>(split.size()));
  for (const std::vector<int>& rows : evaluation_batches(lengths, kBatch)) {
    pause();
    tape.clear();
    const Tensor& scores = model.predict(tape, make_classify_batch(split, data.width, rows)).value();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      const auto example = static_cast<std::size_t>(rows[i]);
      int best = 0;
      for (int c = 1; c < classes; ++c) best = scores.at(row, c) > scores.at(row, best) ? c : best;
      double sum = 0;
      for (int c = 0; c < classes; ++c) sum += std::exp(scores.at(row, c) - scores.at(row, best));
      for (int c = 0; c < classes; ++c) {
        probabilities[static_cast<std::size_t>(c)][example] = std::exp(scores.at(row, c) - scores.at(row, best)) / sum;
      }
      predictions[example] = best;
      nats += scores.at(row, best) + std::log(sum) - scores.at(row, references[example]);
    }
  }
  tape.clear();
  double area = 0;
  int occurring = 0;
  for (int c = 0; c < classes; ++c) {
    std::vector<bool> positive;
    for (const int reference : references) positive.push_back(reference == c);
    const auto count = std::ranges::count(references, c);
    if (count == 0 || count == static_cast<std::ptrdiff_t>(references.size())) continue;
    area += auroc(probabilities[static_cast<std::size_t>(c)], positive);
    ++occurring;
  }
  Evaluation result;
  result.values = {{"loss", nats / static_cast<double>(std::max<std::size_t>(1, split.size()))},
                   {"accuracy", accuracy(predictions, references)},
                   {"macro_f1", macro_f1(predictions, references, classes)},
                   {"auroc", area / std::max(1, occurring)}};
  for (std::size_t i = 0; i < split.size(); ++i) {
    result.examples.push_back({split[i].text, data.classes[static_cast<std::size_t>(predictions[i])],
                               data.classes[static_cast<std::size_t>(references[i])],
                               predictions[i] == references[i] ? 1.0 : 0.0});
  }
  return result;
}

}  // namespace seqlab
