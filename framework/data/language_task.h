#pragma once

// The task `language_model`: running text, each token to be foretold from those before it.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "data/batch.h"
#include "data/data_content.h"
#include "data/vocabulary.h"

namespace seqlab {

/// The options of table [data] for task `language_model`.
struct LanguageOptions {
  std::string task = "language_model";
  std::string source = "files";  // "files" | "ptb" | "tinyshakespeare" | "wikitext2"
  std::vector<std::string> train, valid, test;
  double valid_share = 0.1;
  std::int64_t train_size = 0;
  std::string tokens = "whitespace";
  bool lower_case = false;
  std::int64_t minimum_count = 1;
  std::int64_t vocabulary_size = 0;
  std::int64_t window = 35;
};
Schema<LanguageOptions> language_schema();

/// Three running texts as ids; the vocabulary is that of `train` alone.
struct LanguageData {
  Vocabulary vocabulary;
  std::string token_separator;  // what joins tokens to text again
  std::vector<int> train, valid, test;
};

/// Reads the data. UserError for bad files, naming file, line and remedy, and for a text without a token.
LanguageData load_language_data(const LanguageOptions& options, const std::string& folder);
DataContent data_content(const LanguageOptions& options, const std::string& folder);

/// A text cut into `rows` parts of equal length (the last ones may be shorter), read in windows: what is to be foretold in
/// window `index`, and before each token the one that stands before it in the text (</s> before the first).
LanguageBatch make_language_batch(std::span<const int> text, int rows, int window, int index);
/// How many windows there are.
int language_windows(std::size_t tokens, int rows, int window);

}  // namespace seqlab
