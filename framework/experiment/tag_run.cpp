#include "experiment/tag_run.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "data/tokenizer.h"
#include "experiment/batching.h"
#include "metrics/classification.h"

namespace seqlab {

TagRun::TagRun(const RunSpec& spec, const Registry& registry)
    : ModelRun(spec), data_(load_tag_data(tag_schema().read(settings_below(spec.settings, "data.")), spec.folder)) {
  std::vector<int> lengths;
  std::vector<std::vector<int>> sentences;
  for (const TagExample& example : data_.train) {
    lengths.push_back(static_cast<int>(example.ids.size()));
    sentences.push_back(example.ids);
  }
  set_lengths(std::move(lengths));
  tag_ = &make_model<TagModel>(spec, registry, [&](ModelContext& context) {
    context.source = {&data_.vocabulary, sentences};
    context.outputs = static_cast<int>(data_.classes.size());
  });
  const TagOptions options = tag_schema().read(settings_below(spec.settings, "data."));
  texts_ = stored_lines(Tokenizer(Tokens::whitespace, options.lower_case), data_.vocabulary, data_.classes);
}

std::map<std::string, std::string> TagRun::facts() const {
  return {{"train sequences", std::to_string(data_.train.size())},
          {"valid sequences", std::to_string(data_.valid.size())},
          {"test sequences", std::to_string(data_.test.size())},
          {"vocabulary", std::to_string(data_.vocabulary.size())},
          {"tags", std::to_string(data_.classes.size())}};
}

BatchLoss TagRun::loss(Tape& tape, std::span<const int> rows) { return tag_->loss(tape, make_tag_batch(data_.train, rows)); }

Evaluation TagRun::evaluate(Split split, const Pause& pause) {
  const auto& examples = split_of(data_, split);
  return evaluate_tagging(*tag_, reading(), data_, examples, pause);
}

Evaluation evaluate_tagging(TagModel& model, Tape& tape, const TagData& data, std::span<const TagExample> split,
                            const Pause& pause) {
  constexpr int kBatch = 200;
  const auto classes = static_cast<int>(data.classes.size());
  std::vector<int> lengths;
  for (const TagExample& example : split) lengths.push_back(static_cast<int>(example.ids.size()));
  double nats = 0;
  std::size_t exact = 0;
  std::vector<int> predictions, references;
  Evaluation result;
  result.examples.resize(split.size());
  for (const std::vector<int>& rows : evaluation_batches(lengths, kBatch)) {
    pause();
    tape.clear();
    const Tensor& scores = model.predict(tape, make_tag_batch(split, rows)).value();
    for (std::size_t b = 0; b < rows.size(); ++b) {
      const TagExample& example = split[static_cast<std::size_t>(rows[b])];
      std::vector<std::string> said, wanted;
      int right = 0;
      for (std::size_t t = 0; t < example.tags.size(); ++t) {
        if (example.tags[t] == kNoTag) continue;
        const auto row = static_cast<std::int64_t>(t * rows.size() + b);
        int best = 0;
        for (int c = 1; c < classes; ++c) best = scores.at(row, c) > scores.at(row, best) ? c : best;
        double sum = 0;
        for (int c = 0; c < classes; ++c) sum += std::exp(scores.at(row, c) - scores.at(row, best));
        nats += scores.at(row, best) + std::log(sum) - scores.at(row, example.tags[t]);
        predictions.push_back(best);
        references.push_back(example.tags[t]);
        right += best == example.tags[t] ? 1 : 0;
        said.push_back(data.classes[static_cast<std::size_t>(best)]);
        wanted.push_back(data.classes[static_cast<std::size_t>(example.tags[t])]);
      }
      const auto judged = static_cast<int>(said.size());
      exact += right == judged ? 1 : 0;
      result.examples[static_cast<std::size_t>(rows[b])] = {example.text, fmt::format("{}", fmt::join(said, " ")),
                                                            fmt::format("{}", fmt::join(wanted, " ")),
                                                            judged == 0 ? 1.0 : static_cast<double>(right) / judged};
    }
  }
  tape.clear();
  result.values = {{"loss", nats / static_cast<double>(std::max<std::size_t>(1, references.size()))},
                   {"accuracy", accuracy(predictions, references)},
                   {"macro_f1", macro_f1(predictions, references, classes)},
                   {"exact", static_cast<double>(exact) / static_cast<double>(std::max<std::size_t>(1, split.size()))}};
  return result;
}

}  // namespace seqlab
