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
#include "data/tokenizer.h"
#include "data/tree.h"
#include "data/vocabulary.h"

namespace seqlab {

/// One pair as text (normalised: see data/text.h; what its tokens joined give back, but for the spacing of words) and as ids
/// (target without begin and end marks).
struct TextPair {
  std::string source;
  std::string target;
  std::vector<int> source_ids;
  std::vector<int> target_ids;
};

/// What turns lines into ids and ids into lines, all of it learnt from `train` alone.
struct TranslateText {
  Vocabulary source_vocabulary;
  Vocabulary target_vocabulary;
  Tokenizer source_tokenizer;
  Tokenizer target_tokenizer;
  bool joint = false;  // both sides have one vocabulary

  /// As named texts, for whoever has the weights and not the data; and back. EnvironmentError where one is missing or
  /// damaged.
  [[nodiscard]] std::map<std::string, std::string> stored() const;
  static TranslateText restore(const std::map<std::string, std::string>& texts);
};

/// Everything a translate run reads: three splits that share the two vocabularies.
struct TranslateData : TranslateText {
  std::vector<TextPair> train;
  std::vector<TextPair> valid;
  std::vector<TextPair> test;
  std::vector<Tree> valid_trees;  // of source "trees": what each target says
  std::vector<Tree> test_trees;
  std::vector<std::string> files;  // the files that were read, absolute; empty for a generator
  std::int64_t left_out = 0;       // train pairs that were longer than maximum_length
};

/// The options of table [data] for task `translate`.
struct TranslateOptions {
  std::string task = "translate";
  std::string source = "dates";      // "dates" | "files" | a catalogue name such as "tatoeba_en_vi"
  std::string format = "pairs";      // of files: "pairs" | "trees"
  std::string tokens = "character";  // see Tokens
  std::int64_t subwords = 8000;      // pieces to learn, of each side or of both together
  std::string subword_kind = "bpe";  // "bpe" | "unigram"
  bool joint = false;                // one vocabulary, and one set of subwords, for both sides
  bool lower_case = false;
  std::string leaves = "tag";      // of trees: see Leaves
  std::string closings = "label";  // of trees: see Closings
  std::string bleu = "auto";       // "auto" or a tokenisation of BLEU (metrics/bleu_tokens.h)
  std::vector<std::string> train;  // two files, source and target side; one of trees
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
  // Table [data.decoding]: how predictions are searched (sequence/beam_search.h).
  std::int64_t beam = 1;  // 1: greedy
  double length_penalty = 1.0;
  double coverage_penalty = 0.0;
  bool early_finish = true;
  double maximum_ratio = 2.0;  // tokens of a prediction for each of the source, and 10 more
  bool replace_unknown = false;
};
Schema<TranslateOptions> translate_schema();

/// The files that these options name; nothing for a generator. UserError where a split does not name two files or the data
/// set of the catalogue is not there; whether the files named by `source` "files" exist shows when they are read.
std::optional<DataSetFiles> translate_files(const TranslateOptions& options, const std::string& folder);

/// Reads or generates the data. `folder` is where relative file names start (the experiment file's folder).
/// Throws UserError for bad files, naming file, line and remedy, for options that contradict each other, and where no
/// training pair or no token of the vocabulary is left.
TranslateData load_translate_data(const TranslateOptions& options, const std::string& folder);

/// Whether the source side goes through moses_negations().
bool rewrites_negations(const TranslateOptions& options);

/// Whether the data are trees: their sources the words, their targets the lines of linearise().
bool reads_trees(const TranslateOptions& options);

/// The batch of the examples `rows` of a split, in this order. InternalError for a row outside the split.
TranslateBatch make_translate_batch(std::span<const TextPair> split, std::span<const int> rows);

}  // namespace seqlab
