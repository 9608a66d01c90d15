#include "data/classify_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "core/suggest.h"
#include "data/next_word.h"
#include "data/task_names.h"
#include "data/text.h"
#include "data/vector_features.h"

namespace seqlab {
namespace {

constexpr double kMost = 1e9;

/// Labels in order: as numbers where all are whole numbers, else by their letters.
std::vector<std::string> sorted_labels(const RawExamples& train) {
  std::set<std::string> labels;
  for (const RawExample& example : train) labels.insert(example.label);
  std::vector<std::string> sorted(labels.begin(), labels.end());
  const auto number = [](const std::string& text, std::int64_t& value) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size();
  };
  std::int64_t value = 0;
  if (!std::ranges::all_of(sorted, [&](const std::string& label) { return number(label, value); })) return sorted;
  std::ranges::stable_sort(sorted, {}, [&](const std::string& label) {
    number(label, value);
    return value;
  });
  return sorted;
}

/// A share of each class, drawn by the seed.
std::vector<bool> share_of_classes(const RawExamples& train, double share, Random& random) {
  std::vector<std::size_t> order(train.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  random.shuffle(order);
  std::map<std::string, std::size_t> wanted;
  for (const RawExample& example : train) ++wanted[example.label];
  for (auto& [label, count] : wanted) {
    count = static_cast<std::size_t>(std::lround(share * static_cast<double>(count)));
  }
  std::vector<bool> chosen(train.size(), false);
  for (const std::size_t i : order) {
    auto& left = wanted[train[i].label];
    chosen[i] = left > 0;
    if (left > 0) --left;
  }
  return chosen;
}

/// All examples of a share of the groups, drawn by the seed.
std::vector<bool> share_of_groups(const RawExamples& train, double share, Random& random) {
  std::set<std::string> names;
  for (const RawExample& example : train) names.insert(example.group);
  std::vector<std::string> order(names.begin(), names.end());
  random.shuffle(order);
  order.resize(static_cast<std::size_t>(std::lround(share * static_cast<double>(names.size()))));
  const std::set<std::string> own(order.begin(), order.end());
  std::vector<bool> chosen;
  for (const RawExample& example : train) chosen.push_back(own.contains(example.group));
  return chosen;
}

void split_off_valid(RawSplits& splits, double share, std::uint64_t seed, bool by_group) {
  Random random(seed, "validation split");
  const std::vector<bool> chosen =
      by_group ? share_of_groups(splits.train, share, random) : share_of_classes(splits.train, share, random);
  RawExamples kept;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    (chosen[i] ? splits.valid : kept).push_back(std::move(splits.train[i]));
  }
  splits.train = std::move(kept);
  if (splits.valid.empty() && !by_group && share > 0) {
    throw UserError(
        fmt::format("the data have no validation split, and their {} training examples have too few of each label to "
                    "take 'valid_share' = {} of it; name files in 'valid'",
                    splits.train.size(), share));
  }
  if (splits.valid.empty()) {
    throw UserError(
        fmt::format("the data have no validation split, and 'valid_share' = {} of {} training examples{} is none; "
                    "raise it or name files in 'valid'",
                    share, splits.train.size(), by_group ? " in whole groups" : ""));
  }
  if (splits.train.empty()) {
    throw UserError(fmt::format("'valid_share' = {} leaves nothing to learn from{}; lower it", share,
                                by_group ? ": it takes all groups" : ""));
  }
}

void draw(RawExamples& examples, std::int64_t size, std::uint64_t seed) {
  if (size == 0 || static_cast<std::size_t>(size) >= examples.size()) return;
  Random random(seed, "training examples");
  random.shuffle(examples);
  examples.resize(static_cast<std::size_t>(size));
}

class Builder {
 public:
  Builder(const ClassifyOptions& options, RawSplits splits)
      : options_(options), splits_(std::move(splits)), tokens_(tokens_named(options.tokens)) {}

  ClassifyData build() {
    data_.classes = sorted_labels(splits_.train);
    if (data_.classes.size() < 2) {
      throw UserError(fmt::format("the training examples all have the label '{}'; a classifier needs two classes or more",
                                  splits_.train.empty() ? "" : splits_.train.front().label));
    }
    if (splits_.width > 0) {
      make_vectors();
    } else {
      make_ids();
    }
    data_.class_counts.assign(data_.classes.size(), 0);
    for (const ClassifyExample& example : data_.train) ++data_.class_counts[static_cast<std::size_t>(example.label)];
    check_classes(data_.valid, "validation");
    check_classes(data_.test, "test");
    return std::move(data_);
  }

 private:
  [[nodiscard]] int class_of(const RawExample& example) const {
    const auto found = std::ranges::find(data_.classes, example.label);
    if (found != data_.classes.end()) return static_cast<int>(found - data_.classes.begin());
    constexpr std::size_t kMostShown = 20;
    const std::size_t shown = std::min(kMostShown, data_.classes.size());
    // A number is no slip of the pen for another.
    const bool number = example.label.find_first_not_of("-0123456789") == std::string::npos;
    throw UserError(fmt::format("{}: the label '{}' does not occur in the training examples; {}", example.place,
                                example.label,
                                number ? fmt::format("known: {}{}", fmt::join(std::span(data_.classes).first(shown), ", "),
                                                     shown < data_.classes.size() ? ", ..." : "")
                                       : suggestion(example.label, data_.classes)));
  }
  static void check_classes(const std::vector<ClassifyExample>& split, std::string_view name) {
    if (split.empty()) throw UserError(fmt::format("the {} split has no example", name));
    const bool one = std::ranges::all_of(split, [&](const auto& e) { return e.label == split.front().label; });
    if (one)
      throw UserError(
          fmt::format("all examples of the {} split have the label '{}': nothing can be told from it; give it "
                      "examples of other labels",
                      name, split.front().label));
  }

  void make_ids() {
    std::vector<std::vector<std::string>> words;
    const auto read = [&](const RawExample& raw) {
      ClassifyExample example;
      example.text = normalise(raw.text, tokens_, options_.lower_case);
      example.label = class_of(raw);
      words.push_back(tokenise(example.text, tokens_));
      const auto limit = static_cast<std::size_t>(options_.maximum_length);
      if (limit > 0 && words.back().size() > limit) words.back().resize(limit);
      return example;
    };
    for (const RawExample& raw : splits_.train) data_.train.push_back(read(raw));
    data_.vocabulary =
        Vocabulary::build(words, static_cast<int>(options_.minimum_count), static_cast<int>(options_.vocabulary_size));
    if (data_.vocabulary.size() == Vocabulary::kSpecial) {
      throw UserError(
          fmt::format("no token occurs {} times in the training examples; lower 'minimum_count'", options_.minimum_count));
    }
    for (const RawExample& raw : splits_.valid) data_.valid.push_back(read(raw));
    for (const RawExample& raw : splits_.test) data_.test.push_back(read(raw));
    std::size_t next = 0;
    for (auto* split : {&data_.train, &data_.valid, &data_.test}) {
      for (ClassifyExample& example : *split) example.ids = data_.vocabulary.encode(words[next++]);
    }
  }

  void make_vectors() {
    const VectorFeatures features = VectorFeatures::fit({options_.drop_empty, options_.clip_quantile, options_.bin,
                                                         options_.differences, options_.scale, options_.missing == "carry"},
                                                        splits_.train, splits_.width);
    data_.width = features.width();
    const auto read = [&](RawExamples& raws, std::vector<ClassifyExample>& split) {
      for (RawExample& raw : raws) {
        split.push_back({raw.text, {}, features(raw), class_of(raw)});
        raw.values = {};
        const auto limit = static_cast<std::size_t>(options_.maximum_length * data_.width);
        if (limit > 0 && split.back().values.size() > limit) split.back().values.resize(limit);
      }
    };
    read(splits_.train, data_.train);
    read(splits_.valid, data_.valid);
    read(splits_.test, data_.test);
  }

  const ClassifyOptions& options_;
  RawSplits splits_;
  Tokens tokens_;
  ClassifyData data_;
};

}  // namespace

Schema<ClassifyOptions> classify_schema() {
  using Options = ClassifyOptions;
  return Schema<Options>("sequences of tokens or vectors, and which class each belongs to")
      .add("task", &Options::task, one_of(task_names()), "what is learnt; its data, batches and metrics follow from it")
      .add(
          "source", &Options::source, one_of(classify_source_names()),
          "'files' (named by train, valid and test), a data set of the catalogue (seqlab data list), "
          "'fashion_mnist' of Debian's package dataset-fashion-mnist, or 'next_word', a generated probe of agreement over a "
          "distance")
      .add("format", &Options::format, one_of({"text", "table", "npy", "idx"}),
           "source 'files': lines of label, tab and text; sequences in long form as CSV or TSV; arrays [N, T, F] and labels "
           "[N] "
           "of NumPy; images and labels as idx")
      .add("train", &Options::train,
           "source 'files': one file of text; of tables one, or one of steps and one of labels; else "
           "one of examples and one of labels")
      .add("valid", &Options::valid, "source 'files': the same to choose the best epoch by; none: valid_share of train")
      .add("test", &Options::test, "source 'files': the same to judge by at the end")
      .add("valid_share", &Options::valid_share, in_range(0, 0.9),
           "share of the training examples of each class to choose the best epoch by, where the data have no split for it")
      .add("train_size", &Options::train_size, in_range(0, kMost),
           "at most so many training examples, drawn by seed; 0: all, of next_word 5000")
      .add("seed", &Options::seed, in_range(0, kMost), "of what is drawn for valid_share and train_size (not of the run)")
      .add("fold", &Options::fold, in_range(0, 9), "source 'sentence_polarity': the fold to test on; the next one validates")
      .add("distance", &Options::distance, in_range(1, 100000),
           "source 'next_word': words between the noun and the verb that agrees with it")
      .add("tokens", &Options::tokens, one_of({"character", "whitespace", "word"}),
           "text: what a token is: one Unicode character, what stands between white space, or a word or mark of punctuation "
           "(line breaks of HTML are white space)")
      .add("lower_case", &Options::lower_case, "text: turn it to lower case")
      .add("minimum_count", &Options::minimum_count, in_range(1, kMost), "text: rarer tokens become <unk>")
      .add("vocabulary_size", &Options::vocabulary_size, in_range(0, kMost), "text: keep the most frequent tokens; 0: all")
      .add("maximum_length", &Options::maximum_length, in_range(0, kMost),
           "longer sequences are cut to their first so many steps (or bins); 0: none")
      .add("sequence", &Options::sequence, "tables: the column that names the sequence")
      .add("step", &Options::step, "tables: the column of the steps, which rise; \"\": records stand in order")
      .add("label", &Options::label, "tables: the column of the label")
      .add("split", &Options::split,
           "tables: the column of the labels' file that says train, valid or test; then 'train' names "
           "all files")
      .add("group", &Options::group,
           "tables: the column of the labels' file that says which sequences belong together, such as those of one person: "
           "valid_share is then one of whole groups")
      .add("features", &Options::features, "tables: the columns of the features; none: all others")
      .add(
          "constants", &Options::constants,
          "tables: columns of the labels' file with numbers that hold for a whole sequence; each step gets them, mean 0 and "
          "deviation 1")
      .add("missing", &Options::missing, one_of({"error", "carry"}),
           "tables: an empty field is an error, or becomes the last number before it with a mark of its own")
      .add("drop_empty", &Options::drop_empty, "vectors: leave out steps at which all numbers are 0 or missing")
      .add("bin", &Options::bin, in_range(1, 100000), "vectors: so many steps become one, their mean")
      .add("clip_quantile", &Options::clip_quantile, in_range(0, 0.49),
           "vectors: what lies beyond this quantile of the training examples, or beyond 1 less it, becomes it; 0: nothing")
      .add("differences", &Options::differences, in_range(0, 16),
           "vectors: beside the numbers of a step their change over 1, 2, 4, ... steps: so many of these lags")
      .add("scale", &Options::scale, one_of({"none", "standard", "shared", "range"}),
           "vectors: mean 0 and deviation 1 of each feature in the training examples; mean 0 and one deviation for all (and "
           "for each lag of the differences); or 0 to 1")
      .add("image", &Options::image, one_of({"rows", "pixels"}), "images: a step is a row of pixels, or one pixel")
      .demand(
          "differences", [](const Options& o) { return o.differences == 0 || o.missing == "error"; },
          "data.differences needs a number at every step: leave missing = \"carry\" out")
      .used(
          {"format"}, [](const Options& o) { return o.source == "files"; }, "source is not \"files\"")
      .used(
          {"valid_share"}, [](const Options& o) { return o.valid.empty(); }, "valid names a file")
      .used(
          {"fold"}, [](const Options& o) { return o.source == "sentence_polarity"; }, "source is not \"sentence_polarity\"")
      .used(
          {"distance"}, [](const Options& o) { return o.source == "next_word"; }, "source is not \"next_word\"");
}

ClassifyData load_classify_data(const ClassifyOptions& options, const std::string& folder) {
  RawSplits splits = read_classify_splits(options, folder);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  if (splits.valid.empty()) split_off_valid(splits, options.valid_share, seed, !options.group.empty());
  draw(splits.train, options.train_size, seed);
  return Builder(options, std::move(splits)).build();
}

DataContent data_content(const ClassifyOptions& options, const std::string& folder) {
  if (options.source == "next_word") return {fmt::format("next_word {}", kNextWordVersion), {}};
  return content_of_files(classify_files(options, folder));
}

int length_of(const ClassifyExample& example, int width) {
  return static_cast<int>(width == 0 ? example.ids.size() : example.values.size() / static_cast<std::size_t>(width));
}

ClassifyBatch make_classify_batch(std::span<const ClassifyExample> split, int width, std::span<const int> rows) {
  ClassifyBatch batch;
  std::vector<std::vector<int>> ids;
  std::vector<std::span<const float>> vectors;
  for (const int row : rows) {
    expect(row >= 0 && static_cast<std::size_t>(row) < split.size(), "a row of a batch is in its split");
    const ClassifyExample& example = split[static_cast<std::size_t>(row)];
    batch.classes.push_back(example.label);
    if (width == 0) {
      ids.push_back(example.ids);
    } else {
      vectors.emplace_back(example.values);
    }
  }
  if (width == 0) {
    batch.inputs.ids = pack_sequences(ids);
  } else {
    batch.inputs.vectors = pack_vectors(vectors, width);
  }
  batch.rows.assign(rows.begin(), rows.end());
  return batch;
}

}  // namespace seqlab
