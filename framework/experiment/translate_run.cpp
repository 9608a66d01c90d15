#include "experiment/translate_run.h"

#include "experiment/translate_evaluation.h"

namespace seqlab {
namespace {

std::vector<std::vector<int>> ids_of(const std::vector<TextPair>& pairs, std::vector<int> TextPair::*side) {
  std::vector<std::vector<int>> ids;
  for (const TextPair& pair : pairs) ids.push_back(pair.*side);
  return ids;
}

}  // namespace

TranslateRun::TranslateRun(const RunSpec& spec, const Registry& registry)
    : ModelRun(spec),
      options_(translate_schema().read(settings_below(spec.settings, "data."))),
      data_(load_translate_data(options_, spec.folder)) {
  std::vector<int> lengths;
  for (const TextPair& pair : data_.train) lengths.push_back(static_cast<int>(pair.source_ids.size()));
  const auto sources = ids_of(data_.train, &TextPair::source_ids);
  const auto targets = ids_of(data_.train, &TextPair::target_ids);
  set_lengths(std::move(lengths));
  translate_ = &make_model<TranslateModel>(spec, registry, [&](ModelContext& context) {
    context.source = {&data_.source_vocabulary, sources};
    context.target = {data_.joint ? &data_.source_vocabulary : &data_.target_vocabulary, targets};
  });
}

std::map<std::string, std::string> TranslateRun::facts() const {
  return {{"train pairs", std::to_string(data_.train.size())},
          {"valid pairs", std::to_string(data_.valid.size())},
          {"test pairs", std::to_string(data_.test.size())},
          {"source vocabulary", std::to_string(data_.source_vocabulary.size())},
          {"target vocabulary", std::to_string(data_.target_vocabulary.size())}};
}

BatchLoss TranslateRun::loss(Tape& tape, std::span<const int> rows) {
  return translate_->loss(tape, make_translate_batch(data_.train, rows));
}

Evaluation TranslateRun::evaluate(Split split, const Pause& pause) {
  constexpr std::int64_t kAttention = 20;  // examples of the test split whose weights are kept
  const auto on = [&](const std::vector<TextPair>& pairs, const std::vector<Tree>* trees, std::int64_t attention) {
    return evaluate_translation(*translate_, reading(), data_, {pairs, trees}, options_, pause, attention);
  };
  if (split == Split::train) return on(data_.train, nullptr, 0);
  return split == Split::valid ? on(data_.valid, &data_.valid_trees, 0) : on(data_.test, &data_.test_trees, kAttention);
}

}  // namespace seqlab
