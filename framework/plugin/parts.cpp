// Out-of-line members of the plugin interfaces: their type information lives in libseqlab alone.

#include <fmt/format.h>

#include "core/error.h"
#include "plugin/count_cache.h"
#include "plugin/model.h"

namespace seqlab {

Cell::~Cell() = default;
AttentionScore::~AttentionScore() = default;
Embedding::~Embedding() = default;
CorpusEmbedding::~CorpusEmbedding() = default;
Model::~Model() = default;
TranslateModel::~TranslateModel() = default;
ClassifyModel::~ClassifyModel() = default;
TagModel::~TagModel() = default;
ForecastModel::~ForecastModel() = default;
NextTokenModel::~NextTokenModel() = default;

SparseMatrix EmbeddingContext::cooccurrences(const CooccurrenceOptions& options) const {
  return cached_cooccurrences(corpus_hash, corpus.vocabulary(), options,
                              [&] { return count_cooccurrences(corpus, options, threads, memory_limit, progress); });
}

State zero_state(Tape& tape, int batch, int units, int parts) {
  std::vector<Var> zeros;
  for (int i = 0; i < parts; ++i) zeros.push_back(tape.zeros({batch, units}));
  return State(std::move(zeros));
}

DecoderStep TranslateModel::step() {
  return [this](Tape& tape, std::span<const int> previous, DecoderState& state) { return decode(tape, previous, state); };
}

std::vector<std::vector<int>> TranslateModel::predict(Tape& tape, const TranslateBatch& batch, std::span<const int> limits) {
  DecodingTapes tapes(tape.precision());
  std::vector<std::vector<int>> ids;
  for (Hypothesis& said :
       greedy(tapes, encode(tape, batch.source), step(), {Vocabulary::kBegin, Vocabulary::kEnd, limits})) {
    ids.push_back(std::move(said.ids));
  }
  return ids;
}

void AttentionContext::need_equal_sizes(const std::string& score) const {
  if (query_size == memory_size) return;
  throw UserError(
      fmt::format("attention '{}' compares query and memory directly and needs them equally wide, not {} and {}; "
                  "set attention.key_width, choose equal sizes or the score 'general'",
                  score, query_size, memory_size));
}

}  // namespace seqlab
