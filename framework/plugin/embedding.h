#pragma once

// What the author of an embedding sees: a corpus and its vocabulary in, a table of vectors out. Parts that many embeddings
// are made of: the corpus and its co-occurrences, subsampling, noise words, Huffman trees, updates, sparse decomposition.

#include <concepts>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/options.h"
#include "core/random.h"
#include "data/named_file.h"
#include "data/text.h"
#include "data/vocabulary.h"
#include "kernels/parallel.h"
#include "plugin/descriptor.h"
#include "plugin/embedding_options.h"
#include "sequence/embedder.h"
#include "vectors/association.h"
#include "vectors/cooccurrence.h"
#include "vectors/corpus.h"
#include "vectors/fit_progress.h"
#include "vectors/huffman_tree.h"
#include "vectors/logistic_update.h"
#include "vectors/missing_words.h"
#include "vectors/noise_words.h"
#include "vectors/softmax_update.h"
#include "vectors/subsampling.h"
#include "vectors/truncated_svd.h"
#include "vectors/vector_file.h"
#include "vectors/vector_rows.h"
#include "vectors/word_window.h"

namespace seqlab {

class EmbeddingContext {
 public:
  EmbeddingContext(const Vocabulary& words, const Corpus& text, std::uint64_t run_seed, std::string name)
      : vocabulary(words), corpus(text), seed(run_seed), scope(std::move(name)) {}
  const Vocabulary& vocabulary;  // V = vocabulary.size()
  const Corpus& corpus;          // sentences as ids
  std::uint64_t seed;            // of the run
  std::string scope;             // the name of the table in its model: two tables of one run start differently
  int threads = 1;
  std::int64_t memory_limit = Corpus::kDefaultMemory;  // bytes, for what can be kept in a temporary file instead
  std::filesystem::path folder;                        // relative names of files start here
  FitProgress progress;
  std::string corpus_hash;  // over the words of the corpus; "": not known

  /// The co-occurrences in the corpus, counted by `threads` within the memory limit, or kept from an earlier fit.
  [[nodiscard]] SparseMatrix cooccurrences(const CooccurrenceOptions& options) const;

  void report(const std::string& phase, double share, std::int64_t items, const std::string& unit) const {
    if (progress) progress({phase, share, items, unit});
  }
};

/// A class derived from Embedding has `struct Options`, `static Schema<Options> schema()` and a constructor
/// (const Options&, EmbeddingContext&); its last line is SEQLAB_EMBEDDING(Class, "name").
class Embedding {
 public:
  virtual ~Embedding();
  /// The table [V, D] that training starts from, or the identity.
  [[nodiscard]] virtual EmbeddingTable fit(const EmbeddingContext& context) const = 0;
};

/// An embedding that learns from running text. The host offers more with it: fitting on another corpus than the training
/// sentences, `seqlab vectors train`, and a cache, so that the same vectors are never trained twice.
class CorpusEmbedding : public Embedding {
 public:
  ~CorpusEmbedding() override;
};

namespace plugin_detail {
template <class Type>
Component embedding_component(const char* name) {
  auto schema = PartTraits<Type>::schema();
  constexpr bool fits_corpus = std::derived_from<Type, CorpusEmbedding>;
  Component component{Kind::embedding, name, {}, with_host_options(*schema, fits_corpus), {}, {}, {}, {}, {}, {}};
  component.fits_corpus = fits_corpus;
  component.make_embedding = [schema](const OptionValues& values, EmbeddingContext& context) -> std::unique_ptr<Embedding> {
    return std::make_unique<Type>(schema->read(known_to(*schema, values)), context);
  };
  return component;
}
}  // namespace plugin_detail

}  // namespace seqlab

#define SEQLAB_EMBEDDING(TYPE, NAME) \
  SEQLAB_PLUGIN_DESCRIPTOR(          \
      [](seqlab::StagingRegistry& registry) { registry.add(seqlab::plugin_detail::embedding_component<TYPE>(NAME)); })
