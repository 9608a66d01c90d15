#pragma once

// Sentences as ids of a vocabulary, read in order as often as wanted, by several threads at once.

#include <cstdint>
#include <span>
#include <vector>

#include "vectors/token_store.h"

namespace seqlab {

/// Ids of words; sentences are ended by a mark. In memory, or in a temporary file where they are too many.
class Corpus {
 public:
  static constexpr int kSentenceEnd = -1;
  static constexpr std::int64_t kLongestSentence = 10'000;  // a longer one is cut: so readers need little memory

  /// `vocabulary`: ids are 0..vocabulary-1. `memory_limit` in bytes.
  explicit Corpus(int vocabulary, std::int64_t memory_limit = kDefaultMemory);
  /// All of these sentences.
  Corpus(std::span<const std::vector<int>> sentences, int vocabulary);
  static constexpr std::int64_t kDefaultMemory = std::int64_t{1} << 30;

  void add(int id);
  void end_sentence();  // an empty sentence is none
  void finish();        // no more is added

  [[nodiscard]] int vocabulary() const { return static_cast<int>(counts_.size()); }
  [[nodiscard]] std::int64_t tokens() const { return tokens_; }                   // words, without the marks
  [[nodiscard]] std::span<const std::int64_t> counts() const { return counts_; }  // [V], occurrences of each id
  [[nodiscard]] bool in_memory() const { return store_.in_memory(); }
  [[nodiscard]] std::int64_t size() const { return store_.size(); }  // words and marks

  /// The ids and marks from `first` on, at most `most` of them, up to the end of a sentence; `buffer` holds them where the
  /// corpus is not in memory. Empty at the end. `most` must leave room for one sentence.
  std::span<const int> stretch(std::int64_t first, std::int64_t most, std::vector<int>& buffer) const;

 private:
  TokenStore store_;
  std::vector<std::int64_t> counts_;
  std::int64_t tokens_ = 0;
  std::int64_t sentence_ = 0;  // words of the sentence that is open
};

/// The sentences of one of `parts` equal parts of a corpus.
class CorpusReader {
 public:
  CorpusReader(const Corpus& corpus, int part, int parts);
  /// False at the end. The sentence is valid until the next call.
  bool next(std::span<const int>& sentence);

 private:
  const Corpus& corpus_;
  std::int64_t last_;   // sentences that begin before it are this part's
  std::int64_t place_;  // of the next sentence
  std::vector<int> buffer_;
  std::span<const int> ready_;
  std::size_t used_ = 0;
};

}  // namespace seqlab
