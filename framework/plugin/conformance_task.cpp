#include "plugin/conformance_task.h"

namespace seqlab::conformance {

TaskTrial::~TaskTrial() = default;

std::vector<TrialKind> trials_of(const std::string& task) {
  if (task == "translate") return {{"", translate_trial}};
  if (task == "classify") {
    return {{"tokens", [] { return classify_trial(true); }}, {"vectors", [] { return classify_trial(false); }}};
  }
  if (task == "tag") {
    return {{"tokens", [] { return tag_trial(true); }}, {"vectors", [] { return tag_trial(false); }}};
  }
  if (task == "forecast") return {{"", forecast_trial}};
  if (task == "language_model") return {{"", language_trial, "a text in windows with carried state is the text at once"}};
  return {};
}

void add_garbage(IdSequences& sequences, int id) {
  for (int t = 0; t < sequences.steps; ++t) {
    for (int b = 0; b < sequences.batch; ++b) {
      if (t >= sequences.lengths[static_cast<std::size_t>(b)])
        sequences.ids[static_cast<std::size_t>(t * sequences.batch + b)] = id;
    }
  }
  sequences.ids.resize(sequences.ids.size() + 2 * static_cast<std::size_t>(sequences.batch), id);
  sequences.steps += 2;
}

void add_garbage(VectorSequences& sequences, double number) {
  const auto width = static_cast<std::size_t>(sequences.width);
  for (int t = 0; t < sequences.steps; ++t) {
    for (int b = 0; b < sequences.batch; ++b) {
      if (t < sequences.lengths[static_cast<std::size_t>(b)]) continue;
      const auto first = static_cast<std::size_t>(t * sequences.batch + b) * width;
      std::fill_n(sequences.values.begin() + static_cast<std::ptrdiff_t>(first), width, number);
    }
  }
  sequences.values.resize(sequences.values.size() + 2 * static_cast<std::size_t>(sequences.batch) * width, number);
  sequences.steps += 2;
}

const Vocabulary& letters() {
  static const Vocabulary vocabulary = [] {
    std::vector<std::vector<std::string>> texts;
    for (int i = 0; i < 6; ++i) texts.push_back({std::string(1, static_cast<char>('a' + i))});
    return Vocabulary::build(texts, 1, 0);
  }();
  return vocabulary;
}

}  // namespace seqlab::conformance
