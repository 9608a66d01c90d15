#include "experiment/translate_evaluation.h"

#include <algorithm>
#include <cmath>

#include "experiment/batching.h"
#include "metrics/bleu.h"
#include "metrics/exact.h"

namespace seqlab {

Evaluation evaluate_translation(TranslateModel& model, Tape& tape, const TranslateData& data,
                                const std::vector<TextPair>& split, Tokens tokens, const Pause& pause) {
  constexpr int kBatch = 200;
  std::vector<int> lengths;
  std::vector<std::string> references;
  for (const TextPair& pair : split) {
    lengths.push_back(static_cast<int>(pair.source_ids.size()));
    references.push_back(pair.target);
  }
  double nats = 0;
  std::int64_t count = 0;
  std::int64_t correct = 0;
  std::vector<std::string> predictions(split.size());
  for (const std::vector<int>& rows : evaluation_batches(lengths, kBatch)) {
    pause();
    const TranslateBatch batch = make_translate_batch(split, rows);
    tape.clear();
    const BatchLoss loss = model.loss(tape, batch);
    nats += loss.nats;
    count += loss.tokens;
    correct += loss.correct;
    // Twice the source and some more: longer than any reference of the tasks, short enough to end a model that never stops.
    std::vector<int> limits;
    for (const int length : batch.source.lengths) limits.push_back(2 * length + 10);
    tape.clear();
    const auto translated = model.predict(tape, batch, limits);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      predictions[static_cast<std::size_t>(rows[i])] = data.target_vocabulary.decode(translated[i], data.token_separator);
    }
  }
  tape.clear();
  Evaluation result;
  const double loss = nats / static_cast<double>(std::max<std::int64_t>(1, count));
  result.values = {{"loss", loss},
                   {"perplexity", std::exp(loss)},
                   {"token_accuracy", static_cast<double>(correct) / static_cast<double>(std::max<std::int64_t>(1, count))},
                   {"exact", exact_share(predictions, references)},
                   {"bleu", corpus_bleu(predictions, references, tokens)}};
  for (std::size_t i = 0; i < split.size(); ++i) {
    const double score = tokens == Tokens::character ? (is_exact(predictions[i], references[i]) ? 1.0 : 0.0)
                                                     : sentence_bleu(predictions[i], references[i], tokens);
    result.examples.push_back({split[i].source, predictions[i], references[i], score});
  }
  return result;
}

}  // namespace seqlab
