#include "data/tag_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "core/suggest.h"
#include "data/split_files.h"
#include "data/tagged_text.h"
#include "data/task_names.h"
#include "data/text.h"

namespace seqlab {
namespace {

constexpr double kMost = 1e9;
constexpr std::int64_t kGenerated = 5000;

using Texts = std::vector<TaggedText>;

std::array<std::filesystem::path, 3> files_of(const TagOptions& options, const std::string& folder) {
  return split_files({options.train, options.valid, options.test}, options.source, "tokens and tags", folder);
}

std::array<Texts, 3> read_texts(const TagOptions& options, const std::string& folder) {
  std::array<Texts, 3> texts;
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const auto files = files_of(options, folder);
  if (options.source == "copy_memory") {
    texts[0] = copy_memory(options.train_size == 0 ? kGenerated : options.train_size, options.delay, seed, "train");
    texts[1] = copy_memory(options.valid_size, options.delay, seed, "valid");
    texts[2] = copy_memory(options.test_size, options.delay, seed, "test");
    return texts;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!files[i].empty()) texts[i] = read_tagged_text(files[i]);
  }
  if (files[1].empty()) {
    Random random(seed, "validation split");
    random.shuffle(texts[0]);
    const auto count = static_cast<std::size_t>(std::lround(options.valid_share * static_cast<double>(texts[0].size())));
    if (count == 0 || count >= texts[0].size()) {
      throw UserError(fmt::format("{}: 'valid_share' = {} of its {} sequences leaves a split empty; name a file in 'valid'",
                                  files[0].string(), options.valid_share, texts[0].size()));
    }
    texts[1].assign(texts[0].end() - static_cast<std::ptrdiff_t>(count), texts[0].end());
    texts[0].resize(texts[0].size() - count);
  }
  if (options.train_size > 0 && static_cast<std::size_t>(options.train_size) < texts[0].size()) {
    texts[0].resize(static_cast<std::size_t>(options.train_size));
  }
  return texts;
}

}  // namespace

Schema<TagOptions> tag_schema() {
  using Options = TagOptions;
  return Schema<Options>("sequences of tokens, and a tag for each of their steps")
      .add("task", &Options::task, one_of(task_names()), "what is learnt; its data, batches and metrics follow from it")
      .add("source", &Options::source, one_of({"files", "copy_memory"}),
           "'files' (named by train, valid and test), or the generated test of long memory: ten symbols to be said again "
           "after "
           "'delay' steps")
      .add("train", &Options::train,
           "source 'files': one of lines with a token and its tag ('_': not judged); an empty line "
           "ends a sequence")
      .add("valid", &Options::valid, "source 'files': one to choose the best epoch by; none: valid_share of train")
      .add("test", &Options::test, "source 'files': one to judge by at the end")
      .add("valid_share", &Options::valid_share, in_range(0, 0.9),
           "share of the training sequences that chooses the best epoch, where no file is named for it")
      .add("train_size", &Options::train_size, in_range(0, kMost),
           "files: at most so many sequences, 0: all; generator: so many, 0: 5000")
      .add("valid_size", &Options::valid_size, in_range(1, kMost), "generator: sequences to choose the best epoch by")
      .add("test_size", &Options::test_size, in_range(1, kMost), "generator: sequences to judge by at the end")
      .add("seed", &Options::seed, in_range(0, kMost), "of what is drawn or generated (not of the run)")
      .add("delay", &Options::delay, in_range(0, 100000),
           "generator: steps between the symbols and the sign to say them again")
      .add("lower_case", &Options::lower_case, "turn the tokens to lower case")
      .add("minimum_count", &Options::minimum_count, in_range(1, kMost), "rarer tokens become <unk>")
      .add("vocabulary_size", &Options::vocabulary_size, in_range(0, kMost), "keep the most frequent tokens; 0: all")
      .used(
          {"delay", "valid_size", "test_size"}, [](const Options& o) { return o.source == "copy_memory"; },
          "source is not \"copy_memory\"")
      .used(
          {"valid_share", "lower_case"}, [](const Options& o) { return o.source == "files"; }, "source is not \"files\"")
      .used(
          {"valid_share"}, [](const Options& o) { return o.valid.empty(); }, "valid names a file");
}

TagData load_tag_data(const TagOptions& options, const std::string& folder) {
  std::array<Texts, 3> texts = read_texts(options, folder);
  const auto files = files_of(options, folder);
  TagData data;
  std::set<std::string> tags;
  std::vector<std::vector<std::string>> words;
  for (Texts& split : texts) {
    for (TaggedText& text : split) {
      if (!options.lower_case) continue;
      for (std::string& token : text.tokens) token = to_lower(token);
    }
  }
  for (const TaggedText& text : texts[0]) {
    words.push_back(text.tokens);
    tags.insert(text.tags.begin(), text.tags.end());
  }
  tags.erase("");
  data.classes.assign(tags.begin(), tags.end());
  if (data.classes.size() < 2) {
    throw UserError(
        fmt::format("{}: the training sequences have {} different tags; a tagger needs two or more ('_' is none)",
                    files[0].empty() ? options.source : files[0].string(), data.classes.size()));
  }
  data.vocabulary =
      Vocabulary::build(words, static_cast<int>(options.minimum_count), static_cast<int>(options.vocabulary_size));
  if (data.vocabulary.size() == Vocabulary::kSpecial) {
    throw UserError(
        fmt::format("no token occurs {} times in the training sequences; lower 'minimum_count'", options.minimum_count));
  }
  const auto encode = [&](const Texts& split, std::vector<TagExample>& examples) {
    for (const TaggedText& text : split) {
      TagExample& example = examples.emplace_back();
      example.text = fmt::format("{}", fmt::join(text.tokens, " "));
      example.ids = data.vocabulary.encode(text.tokens);
      for (const std::string& tag : text.tags) {
        const auto found = std::ranges::lower_bound(data.classes, tag);
        if (!tag.empty() && (found == data.classes.end() || *found != tag)) {
          throw UserError(
              fmt::format("{}: the sequence has the tag '{}', which does not occur in the training sequences; {}",
                          text.place, tag, suggestion(tag, data.classes)));
        }
        example.tags.push_back(tag.empty() ? kNoTag : static_cast<int>(found - data.classes.begin()));
      }
    }
  };
  encode(texts[0], data.train);
  encode(texts[1], data.valid);
  encode(texts[2], data.test);
  const auto check_judged = [](const std::vector<TagExample>& split, const std::string& where) {
    const bool judged = std::ranges::any_of(split, [](const TagExample& example) {
      return std::ranges::any_of(example.tags, [](int tag) { return tag != kNoTag; });
    });
    if (judged || split.empty()) return;
    throw UserError(fmt::format("{}: no step is judged, all tags are '_'; tag what is to be told", where));
  };
  check_judged(data.valid, files[1].empty() ? "the validation split" : files[1].string());
  check_judged(data.test, files[2].string());
  return data;
}

DataContent data_content(const TagOptions& options, const std::string& folder) {
  if (options.source == "copy_memory") return {fmt::format("copy_memory {}", kCopyMemoryVersion), {}};
  std::vector<std::filesystem::path> all;
  for (const auto& file : files_of(options, folder)) {
    if (!file.empty()) all.push_back(file);
  }
  return content_of_files(all);
}

TagBatch make_tag_batch(std::span<const TagExample> split, std::span<const int> rows) {
  std::vector<std::vector<int>> ids, tags;
  for (const int row : rows) {
    expect(row >= 0 && static_cast<std::size_t>(row) < split.size(), "a row of a batch is in its split");
    ids.push_back(split[static_cast<std::size_t>(row)].ids);
    tags.push_back(split[static_cast<std::size_t>(row)].tags);
  }
  return {{pack_sequences(ids), {}}, pack_sequences(tags), {rows.begin(), rows.end()}};
}

}  // namespace seqlab
