#include "experiment/language_run.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/tokenizer.h"
#include "kernels/top.h"
#include "plugin/carried_text.h"

namespace seqlab {
namespace {

/// "4.8 %": a perplexity over many unknown tokens is low for the wrong reason.
std::string unknown_share(std::span<const int> ids) {
  const auto unknown = std::count(ids.begin(), ids.end(), Vocabulary::kUnknown);
  return fmt::format("{:.1f} %",
                     100.0 * static_cast<double>(unknown) / static_cast<double>(std::max<std::size_t>(1, ids.size())));
}

}  // namespace

LanguageRun::LanguageRun(const RunSpec& spec, const Registry& registry)
    : ModelRun(spec),
      options_(language_schema().read(settings_below(spec.settings, "data."))),
      data_(load_language_data(options_, spec.folder)) {
  language_ = &make_model<NextTokenModel>(spec, registry, [&](ModelContext& context) {
    context.source = {&data_.vocabulary, std::span(&data_.train, 1)};
    context.outputs = data_.vocabulary.size();
  });
}

std::map<std::string, std::string> LanguageRun::facts() const {
  return {{"train tokens", std::to_string(data_.train.size())},
          {"valid tokens", std::to_string(data_.valid.size())},
          {"test tokens", std::to_string(data_.test.size())},
          {"unknown tokens in test", unknown_share(data_.test)},
          {"vocabulary", std::to_string(data_.vocabulary.size())}};
}

std::map<std::string, std::string> LanguageRun::stored_texts() const {
  return stored_lines(Tokenizer(tokens_named(options_.tokens), options_.lower_case), data_.vocabulary, {});
}

std::vector<std::vector<int>> LanguageRun::batches(std::int64_t /*epoch*/) const {
  std::vector<std::vector<int>> windows;
  const int count = language_windows(data_.train.size(), batch(), static_cast<int>(options_.window));
  for (int i = 0; i < count; ++i) windows.push_back({i});
  return windows;
}

BatchLoss LanguageRun::loss(Tape& tape, std::span<const int> rows) {
  const int index = rows.front();
  if (index == 0) carried_.clear();  // an epoch begins
  return language_->loss(tape, make_language_batch(data_.train, batch(), static_cast<int>(options_.window), index),
                         carried_);
}

Evaluation LanguageRun::evaluate(Split split, const Pause& pause) {
  const auto& text = split_of(data_, split);
  return evaluate_language(*language_, reading(), data_, text, static_cast<int>(options_.window), pause);
}

void LanguageRun::exchange(StateArchive& archive) {
  std::string text = text_of(carried_);
  archive("carried", text);
  carried_ = carried_state_of(text);
}

Evaluation evaluate_language(NextTokenModel& model, Tape& tape, const LanguageData& data, std::span<const int> text,
                             int window, const Pause& pause) {
  constexpr int kRows = 10;
  const int windows = language_windows(text.size(), kRows, window);
  CarriedState carried;
  double nats = 0;
  std::int64_t correct = 0;
  std::vector<std::vector<ExampleScore>> examples(kRows);  // of each part of the text
  std::vector<TopEntry> best;
  std::vector<double> normalisers;
  for (int index = 0; index < windows; ++index) {
    pause();
    tape.clear();
    const LanguageBatch batch = make_language_batch(text, kRows, window, index);
    const Tensor scores = model.predict(tape, batch.in, carried).value();
    top_columns(scores, 1, best);
    log_sum_exp(scores, normalisers);
    for (int b = 0; b < kRows; ++b) {
      const int length = batch.out.lengths[static_cast<std::size_t>(b)];
      if (length == 0) continue;
      std::vector<int> in, out, said;
      double sum = 0;
      for (int t = 0; t < length; ++t) {
        const std::int64_t row = std::int64_t{t} * kRows + b;
        const auto at = static_cast<std::size_t>(row);
        in.push_back(batch.in.at(t, b));
        out.push_back(batch.out.at(t, b));
        said.push_back(std::max(best[at].column, 0));  // -1: all scores are NaN
        sum += normalisers[at] - scores.at(row, out.back());
        correct += said.back() == out.back() ? 1 : 0;
      }
      nats += sum;
      const auto words = [&](const std::vector<int>& ids) { return data.vocabulary.decode(ids, data.token_separator); };
      examples[static_cast<std::size_t>(b)].push_back({words(in), words(said), words(out), -sum / length});
    }
  }
  tape.clear();
  const auto count = static_cast<double>(std::max<std::size_t>(1, text.size()));
  Evaluation result;
  result.values = {{"loss", nats / count},
                   {"perplexity", std::exp(nats / count)},
                   {"bits", nats / count / std::numbers::ln2},
                   {"token_accuracy", static_cast<double>(correct) / count}};
  for (auto& part : examples) {
    std::ranges::move(part, std::back_inserter(result.examples));
  }
  return result;
}

}  // namespace seqlab
