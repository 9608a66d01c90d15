#include "experiment/translate_evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "experiment/batching.h"
#include "experiment/translator.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/evalb.h"
#include "metrics/exact.h"
#include "metrics/rouge.h"

namespace seqlab {
namespace {

/// BLEU of the whole, and by the number of tokens of the source.
void add_bleu(const std::vector<TextPair>& pairs, const std::vector<std::string>& predictions, BleuTokens tokens,
              MetricValues& values) {
  constexpr std::array<std::pair<std::size_t, const char*>, 4> kLengths = {
      {{10, "bleu_to_10"}, {20, "bleu_to_20"}, {30, "bleu_to_30"}, {SIZE_MAX, "bleu_over_30"}}};
  BleuStatistics whole;
  std::array<BleuStatistics, kLengths.size()> parts;
  std::array<bool, kLengths.size()> present{};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const BleuStatistics own = bleu_statistics(predictions[i], pairs[i].target, tokens);
    std::size_t part = 0;
    while (pairs[i].source_ids.size() > kLengths[part].first) ++part;
    whole += own;
    parts[part] += own;
    present[part] = true;
  }
  values["bleu"] = bleu_score(whole, false);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (present[part]) values[kLengths[part].second] = bleu_score(parts[part], false);
  }
}

void add_trees(const std::vector<Tree>& trees, const std::vector<std::string>& predictions, MetricValues& values) {
  BracketStatistics brackets;
  double balanced = 0;
  double well_formed = 0;
  double repairs = 0;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const SaidTree said = read_linear(tokenise(predictions[i], Tokens::whitespace), words_of(trees[i]));
    brackets += compare_brackets(said.tree, trees[i]);
    balanced += said.balanced ? 1 : 0;
    well_formed += said.well_formed ? 1 : 0;
    repairs += said.repairs;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, trees.size()));
  values["bracket_f1"] = bracket_f1(brackets);
  values["balanced"] = balanced / count;
  values["well_formed"] = well_formed / count;
  values["repairs"] = repairs / count;
}

}  // namespace

Evaluation evaluate_translation(TranslateModel& model, Tape& tape, const TranslateData& data, const TranslateSplit& split,
                                const TranslateOptions& options, const Pause& pause, std::int64_t attention) {
  const int batch_size = options.beam > 1 ? 64 : 200;
  const std::vector<TextPair>& pairs = split.pairs;
  const Tokens tokens = tokens_named(options.tokens);
  const BleuTokens bleu = chosen_bleu_tokens(options.bleu, tokens);
  Translator translator(model, data, options, tape.precision());
  std::vector<int> lengths;
  std::vector<std::string> references;
  for (const TextPair& pair : pairs) {
    lengths.push_back(static_cast<int>(pair.source_ids.size()));
    references.push_back(pair.target);
  }
  double nats = 0;
  std::int64_t count = 0;
  std::int64_t correct = 0;
  std::vector<std::string> predictions(pairs.size());
  Evaluation result;
  for (const std::vector<int>& rows : evaluation_batches(lengths, batch_size)) {
    pause();
    const TranslateBatch batch = make_translate_batch(pairs, rows);
    tape.clear();
    const BatchLoss loss = model.loss(tape, batch);
    nats += loss.nats;
    count += loss.tokens;
    correct += loss.correct;
    const bool looks = std::ranges::any_of(rows, [&](int row) { return row < attention; });
    auto translated = translator.translate(tape, batch.source, 1, looks);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      Hypothesis& said = translated[i].front();
      std::vector<std::string> source;
      if (translator.replaces_unknown() || rows[i] < attention) source = data.source_tokenizer.cut(pairs[row].source);
      predictions[row] = translator.text_of(said, source);
      if (rows[i] >= attention || said.weights.empty()) continue;
      std::vector<std::string> target;
      for (const int id : said.ids) target.push_back(data.target_vocabulary.token(id));
      if (said.ended) target.push_back(data.target_vocabulary.token(Vocabulary::kEnd));
      result.attention.push_back({rows[i], std::move(source), std::move(target), std::move(said.weights)});
    }
  }
  tape.clear();
  std::ranges::sort(result.attention, {}, &ExampleAttention::index);
  const double loss = nats / static_cast<double>(std::max<std::int64_t>(1, count));
  result.values = {{"loss", loss},
                   {"perplexity", std::exp(loss)},
                   {"token_accuracy", static_cast<double>(correct) / static_cast<double>(std::max<std::int64_t>(1, count))},
                   {"exact", exact_share(predictions, references)},
                   {"chrf", corpus_chrf(predictions, references)},
                   {"rouge_l", corpus_rouge_l(predictions, references, bleu)}};
  add_bleu(pairs, predictions, bleu, result.values);
  if (split.trees != nullptr && !split.trees->empty()) add_trees(*split.trees, predictions, result.values);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double score = tokens == Tokens::character ? (is_exact(predictions[i], references[i]) ? 1.0 : 0.0)
                                                     : sentence_bleu(predictions[i], references[i], bleu);
    result.examples.push_back({pairs[i].source, predictions[i], references[i], score});
  }
  return result;
}

}  // namespace seqlab
