#pragma once

// An embedding's table for a model, or its vectors for a text: where the host's options are obeyed.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/vocabulary.h"
#include "plugin/registry.h"
#include "sequence/embedder.h"
#include "vectors/corpus_file.h"
#include "vectors/word_vectors.h"

namespace seqlab {

/// How vectors are fitted to a text file.
struct TextFit {
  std::filesystem::path corpus;
  std::uint64_t seed = 1;
  int threads = 1;  // more than one: embeddings that train without locks do not give the same bits again
  std::int64_t memory_limit = Corpus::kDefaultMemory;
  FitProgress progress;
};

/// What became of a text.
struct FittedText {
  WordVectors vectors;  // of the words kept, the most frequent first
  std::int64_t words = 0;
  std::int64_t different = 0;
  bool in_memory = true;
  double reading_seconds = 0;
  double fitting_seconds = 0;
  double processor_seconds = 0;  // of the fitting
};

/// Fits an embedding that learns from text (component.fits_corpus) with these complete options. UserError for a text that
/// does not do, and where the numbers are not finite at the end.
FittedText fit_text(const Component& component, const OptionValues& values, const TextFit& fit);

/// The same vectors, from the cache where they are in it.
WordVectors cached_text_vectors(const Component& component, const OptionValues& values, const TextFit& fit);

/// As long as it lives, `progress` hears of the tables that this thread's models fit. It may throw to end one.
class FitWatch {
 public:
  explicit FitWatch(FitProgress progress);
  FitWatch(const FitWatch&) = delete;
  FitWatch& operator=(const FitWatch&) = delete;
  ~FitWatch();

 private:
  FitProgress before_;
};

/// The table for a model's words, fitted on its training sentences or on the corpus that the options name.
EmbeddingTable fit_table(const Component& component, const OptionValues& values, const Vocabulary& vocabulary,
                         std::span<const std::vector<int>> sentences, std::uint64_t seed, const std::string& scope);

}  // namespace seqlab
