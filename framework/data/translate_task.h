#pragma once

// The task `translate`: any text to any text. It owns what its data, batches and predictions look like and names its
// metrics.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "data/batch.h"
#include "data/catalogue.h"
#include "data/vocabulary.h"

namespace seqlab {

/// One pair as text (normalised: see data/text.h; tokens joined by the separator give it back) and as ids (target without
/// begin and end marks).
struct TextPair {
  std::string source;
  std::string target;
  std::vector<int> source_ids;
  std::vector<int> target_ids;
};

/// Everything a translate run reads: three splits that share the two vocabularies (built on `train` alone).
struct TranslateData {
  Vocabulary source_vocabulary;
  Vocabulary target_vocabulary;
  std::vector<TextPair> train;
  std::vector<TextPair> valid;
  std::vector<TextPair> test;
  std::string token_separator;     // what joins tokens to text again: " " for words, "" for characters
  std::vector<std::string> files;  // the files that were read, absolute; empty for a generator
  std::int64_t left_out = 0;       // train pairs that were longer than maximum_length
};

/// The options of table [data] for task `translate`.
struct TranslateOptions {
  std::string task = "translate";
  std::string source = "dates";      // "dates" | "files" | a catalogue name such as "tatoeba_en_vi"
  std::string tokens = "character";  // "character" | "whitespace"
  bool lower_case = false;
  std::vector<std::string> train;  // two files, source and target side
  std::vector<std::string> valid;
  std::vector<std::string> test;
  std::int64_t train_size = 0;       // generator: number of pairs, 0 = 10000; files: at most the first so many, 0 = all
  std::int64_t valid_size = 0;       // generator: 0 = 1000
  std::int64_t test_size = 0;        // generator: 0 = 1000
  std::int64_t seed = 1;             // generator: the seed of the data (not of the run)
  std::int64_t minimum_count = 1;    // rarer tokens become <unk>
  std::int64_t vocabulary_size = 0;  // 0: no limit; else the most frequent tokens, special ones not counted
  std::int64_t maximum_length = 0;   // train pairs (of the first train_size) with more tokens than this on either side
                                     // are left out; 0: none
};
Schema<TranslateOptions> translate_schema();

/// The files that these options name; nothing for a generator. UserError where a split does not name two files or the data
/// set of the catalogue is not there; whether the files named by `source` "files" exist shows when they are read.
std::optional<DataSetFiles> translate_files(const TranslateOptions& options, const std::string& folder);

/// Reads or generates the data. `folder` is where relative file names start (the experiment file's folder).
/// Throws UserError for bad files, naming file, line and remedy, for options that contradict each other, and where no
/// training pair or no token of the vocabulary is left.
TranslateData load_translate_data(const TranslateOptions& options, const std::string& folder);

/// The batch of the examples `rows` of a split, in this order. InternalError for a row outside the split.
TranslateBatch make_translate_batch(std::span<const TextPair> split, std::span<const int> rows);

}  // namespace seqlab
