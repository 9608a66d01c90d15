#pragma once

// The task `classify`: a sequence of tokens or of vectors, and which of a few classes it belongs to.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "data/batch.h"
#include "data/data_content.h"
#include "data/example.h"
#include "data/vocabulary.h"

namespace seqlab {

/// The options of table [data] for task `classify`.
struct ClassifyOptions {
  std::string task = "classify";
  std::string source = "files";  // "files" or a name such as "japanese_vowels"
  std::string format = "text";   // of files: "text" | "table" | "npy" | "idx"
  std::vector<std::string> train, valid, test;
  double valid_share = 0.1;  // of the training examples, where the data have no validation split
  std::int64_t train_size = 0;
  std::int64_t seed = 1;
  std::int64_t fold = 0;
  std::int64_t distance = 20;
  // Text.
  std::string tokens = "whitespace";
  bool lower_case = true;
  std::int64_t minimum_count = 1;
  std::int64_t vocabulary_size = 0;
  std::int64_t maximum_length = 0;
  // Vectors.
  std::string sequence = "sequence";
  std::string step = "step";
  std::string label = "label";
  std::string split = "";
  std::string group = "";
  std::vector<std::string> features;
  std::vector<std::string> constants;
  std::string missing = "error";
  bool drop_empty = false;
  std::int64_t bin = 1;
  double clip_quantile = 0;
  std::int64_t differences = 0;
  std::string scale = "standard";
  std::string image = "rows";
};
Schema<ClassifyOptions> classify_schema();

struct ClassifyExample {
  std::string text;           // normalised; of vectors: the name of the sequence
  std::vector<int> ids;       // of text
  std::vector<float> values;  // of vectors, [T, width]
  int label = 0;
};

/// Everything a classify run reads. Vocabulary, scale and classes are those of `train` alone.
struct ClassifyData {
  Vocabulary vocabulary;
  int width = 0;                           // numbers in a vector; 0: the examples are text
  std::vector<std::string> classes;        // sorted, as numbers where all are
  std::vector<std::int64_t> class_counts;  // in train
  std::vector<ClassifyExample> train, valid, test;
};

/// Reads the data. UserError for bad files, naming file, line and remedy; where a split is empty or has one class alone, or
/// a label that does not occur in train.
ClassifyData load_classify_data(const ClassifyOptions& options, const std::string& folder);
DataContent data_content(const ClassifyOptions& options, const std::string& folder);

/// Steps of an example.
int length_of(const ClassifyExample& example, int width);
/// The batch of the examples `rows` of a split, in this order. `width` as in ClassifyData.
ClassifyBatch make_classify_batch(std::span<const ClassifyExample> split, int width, std::span<const int> rows);

// classify_sources.cpp:
/// The files that these options name, all there; none of a generator. UserError where they name none, or too many.
std::vector<std::filesystem::path> classify_files(const ClassifyOptions& options, const std::string& folder);
/// What those files hold, as it stands there; without a validation split where the data have none.
RawSplits read_classify_splits(const ClassifyOptions& options, const std::string& folder);
/// What `source` can be.
std::vector<std::string> classify_source_names();

}  // namespace seqlab
