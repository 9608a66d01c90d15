#include "experiment/translate_run.h"

#include "experiment/batching.h"
#include "experiment/model_maker.h"
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
    : seed_(static_cast<std::uint64_t>(spec.seed)),
      batch_(static_cast<int>(train_options(spec).batch)),
      options_(translate_schema().read(settings_below(spec.settings, "data."))),
      data_(load_translate_data(options_, spec.folder)),
      tokens_(tokens_named(options_.tokens)),
      parameters_(precision_of(spec), seed_),
      reading_(precision_of(spec), false) {
  for (const TextPair& pair : data_.train) lengths_.push_back(static_cast<int>(pair.source_ids.size()));
  const auto sources = ids_of(data_.train, &TextPair::source_ids);
  const auto targets = ids_of(data_.train, &TextPair::target_ids);
  model_ = make_model(spec, registry, parameters_, [&](ModelContext& context) {
    context.source = {&data_.source_vocabulary, sources};
    context.target = {&data_.target_vocabulary, targets};
  });
  translate_ = &fitting<TranslateModel>(*model_, spec);
}

std::map<std::string, std::string> TranslateRun::facts() const {
  return {{"train pairs", std::to_string(data_.train.size())},
          {"valid pairs", std::to_string(data_.valid.size())},
          {"test pairs", std::to_string(data_.test.size())},
          {"source vocabulary", std::to_string(data_.source_vocabulary.size())},
          {"target vocabulary", std::to_string(data_.target_vocabulary.size())}};
}

std::vector<std::vector<int>> TranslateRun::batches(std::int64_t epoch) const {
  return training_batches(lengths_, batch_, seed_, epoch);
}

BatchLoss TranslateRun::loss(Tape& tape, std::span<const int> rows) {
  return translate_->loss(tape, make_translate_batch(data_.train, rows));
}

Evaluation TranslateRun::evaluate(Split split, const Pause& pause) {
  const auto& pairs = split == Split::train ? data_.train : split == Split::valid ? data_.valid : data_.test;
  return evaluate_translation(*translate_, reading_, data_, pairs, tokens_, pause);
}

}  // namespace seqlab
