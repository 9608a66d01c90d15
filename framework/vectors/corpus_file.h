#pragma once

// A text file as a corpus.

#include <filesystem>

#include "data/vocabulary.h"
#include "vectors/corpus.h"
#include "vectors/fit_progress.h"

namespace seqlab {

struct CorpusFileOptions {
  bool lower_case = false;
  int minimum_count = 5;                               // words that occur less often are left out of the sentences
  int limit = 0;                                       // keep the most frequent words (0: all)
  std::int64_t memory_limit = Corpus::kDefaultMemory;  // bytes for the ids and for the words, each
};

struct TextCorpus {
  Vocabulary vocabulary;
  Corpus corpus;
  std::int64_t words = 0;      // in the file
  std::int64_t different = 0;  // of them
};

/// Reads the file once; a line is a sentence. UserError naming file, line and remedy: bad text (see WordReader), no words,
/// none frequent enough, more different words than fit the memory.
TextCorpus read_corpus(const std::filesystem::path& file, const CorpusFileOptions& options,
                       const FitProgress& progress = {});

}  // namespace seqlab
