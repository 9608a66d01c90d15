#pragma once

// How one side of a run's text is cut into tokens and put together again; with its vocabulary all that is needed to read and
// write that side elsewhere.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/subwords.h"
#include "data/text.h"
#include "data/vocabulary.h"

namespace seqlab {

class Tokenizer {
 public:
  Tokenizer() = default;  // characters as they are
  /// For any tokens but subwords.
  Tokenizer(Tokens tokens, bool lower_case);
  Tokenizer(Subwords subwords, bool lower_case);

  /// The form of a line that tokens are cut from and predictions are compared with.
  [[nodiscard]] std::string normalised(std::string_view line) const;
  /// The tokens of a normalised line.
  [[nodiscard]] std::vector<std::string> cut(std::string_view line) const;
  /// Running text of tokens: what cut() took apart, but for the spacing of words (join_words()).
  [[nodiscard]] std::string join(std::span<const std::string> tokens) const;
  /// join() of ids; the marks but <unk> are left out.
  [[nodiscard]] std::string join(std::span<const int> ids, const Vocabulary& vocabulary) const;

  /// Adds what is needed to make it again as texts "NAME.tokens", "NAME.lower_case", "NAME.subwords".
  void store(const std::string& name, std::map<std::string, std::string>& texts) const;
  /// From such texts. EnvironmentError where one is missing or damaged.
  static Tokenizer restore(const std::string& name, const std::map<std::string, std::string>& texts);

 private:
  Tokens tokens_ = Tokens::character;
  bool lower_case_ = false;
  std::optional<Subwords> subwords_;
};

/// What a task of lines and classes stores: the tokenizer and the vocabulary as "source", the classes as a JSON list.
std::map<std::string, std::string> stored_lines(const Tokenizer& tokenizer, const Vocabulary& vocabulary,
                                                const std::vector<std::string>& classes);

/// A text of `texts`. EnvironmentError where there is none of this name.
const std::string& stored_text(const std::map<std::string, std::string>& texts, const std::string& name);

}  // namespace seqlab
