#pragma once

// The task `tag`: a label for every step of a sequence of tokens (some steps may go without).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "data/batch.h"
#include "data/data_content.h"
#include "data/vocabulary.h"

namespace seqlab {

/// The options of table [data] for task `tag`.
struct TagOptions {
  std::string task = "tag";
  std::string source = "files";  // "files" | "copy_memory"
  std::vector<std::string> train, valid, test;
  double valid_share = 0.1;
  std::int64_t train_size = 0;
  std::int64_t valid_size = 500;
  std::int64_t test_size = 500;
  std::int64_t seed = 1;
  std::int64_t delay = 50;
  bool lower_case = false;
  std::int64_t minimum_count = 1;
  std::int64_t vocabulary_size = 0;
};
Schema<TagOptions> tag_schema();

inline constexpr int kNoTag = -1;  // of a step that is not judged

struct TagExample {
  std::string text;  // the tokens, joined by blanks
  std::vector<int> ids;
  std::vector<int> tags;  // one a step
};

/// Everything a tag run reads. Vocabulary and tags are those of `train` alone.
struct TagData {
  Vocabulary vocabulary;
  std::vector<std::string> classes;  // the tags, sorted
  std::vector<TagExample> train, valid, test;
};

/// Reads or generates the data. UserError for bad files, naming file, line and remedy, for a tag that does not occur in
/// train and for an empty split.
TagData load_tag_data(const TagOptions& options, const std::string& folder);
DataContent data_content(const TagOptions& options, const std::string& folder);

/// The batch of the examples `rows` of a split, in this order.
TagBatch make_tag_batch(std::span<const TagExample> split, std::span<const int> rows);

}  // namespace seqlab
