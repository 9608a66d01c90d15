#pragma once

// Token <-> id. Ids 0..3 are the special tokens; the rest are ordered by descending count, ties by bytes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace seqlab {

class Vocabulary {
 public:
  static constexpr int kPad = 0;      // "<pad>"
  static constexpr int kUnknown = 1;  // "<unk>"
  static constexpr int kBegin = 2;    // "<s>"
  static constexpr int kEnd = 3;      // "</s>"
  static constexpr int kSpecial = 4;

  Vocabulary();  // the special tokens alone

  /// Counts tokens, keeps those seen at least `minimum_count` times, the most frequent `limit` of them (0: all).
  static Vocabulary build(std::span<const std::vector<std::string>> sentences, int minimum_count, int limit);

  /// The same of words that were counted elsewhere, each given once; all of them are kept, or the most frequent `limit`.
  static Vocabulary of_counts(std::vector<std::pair<std::string, std::int64_t>> counts, int limit);

  /// Tokens and their counts as JSON, and back. EnvironmentError where the text is no vocabulary.
  [[nodiscard]] std::string to_json() const;
  static Vocabulary from_json(std::string_view text);

  [[nodiscard]] int size() const { return static_cast<int>(tokens_.size()); }
  [[nodiscard]] int id(std::string_view token) const;    // kUnknown where absent
  [[nodiscard]] const std::string& token(int id) const;  // InternalError outside 0..size-1
  [[nodiscard]] std::int64_t count(int id) const;        // occurrences in the corpus it was built on; 0 for special ones
  /// Ids of a text's tokens. A text cannot forge a mark: "<s>", "</s>" and "<pad>" in it are unknown words.
  [[nodiscard]] std::vector<int> encode(std::span<const std::string> tokens) const;
  /// Tokens joined by `separator`; special tokens but <unk> are left out.
  [[nodiscard]] std::string decode(std::span<const int> ids, std::string_view separator) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void add(std::string token, std::int64_t count);
  std::vector<std::string> tokens_;
  std::vector<std::int64_t> counts_;
  std::unordered_map<std::string, int, Hash, std::equal_to<>> ids_;
};

}  // namespace seqlab
