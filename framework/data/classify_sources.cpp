// Where the examples of the task `classify` come from.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "data/array_file.h"
#include "data/catalogue.h"
#include "data/classify_task.h"
#include "data/data_set.h"
#include "data/labelled_text.h"
#include "data/long_table.h"
#include "data/next_word.h"
#include "data/table.h"

namespace seqlab {
namespace {

using Paths = std::vector<std::filesystem::path>;

/// Deals examples to the splits that they name.
RawSplits by_split(LongTable table, const std::string& column) {
  RawSplits splits;
  splits.width = static_cast<int>(table.features.size());
  for (RawExample& example : table.examples) {
    RawExamples* split = example.split == "train"   ? &splits.train
                         : example.split == "valid" ? &splits.valid
                         : example.split == "test"  ? &splits.test
                                                    : nullptr;
    if (split == nullptr) {
      throw UserError(fmt::format("{}: sequence '{}' has '{}' in column '{}'; known: train, valid, test", example.place,
                                  example.text, example.split, column));
    }
    split->push_back(std::move(example));
  }
  return splits;
}

LongTableColumns columns_of(const ClassifyOptions& options, std::string sequence, std::string step, std::string label,
                            std::string split) {
  LongTableColumns columns;
  columns.sequence = std::move(sequence);
  columns.step = std::move(step);
  columns.label = std::move(label);
  columns.split = std::move(split);
  columns.features = options.features;
  columns.missing = options.missing == "carry";
  columns.group = options.group;
  columns.constants = options.constants;
  return columns;
}

RawExamples vectors_of(ArrayFile array, const ArrayFile& labels, const Paths& files, bool single, int& width) {
  if (array.shape.size() != 3) {
    throw UserError(fmt::format("{}: has {} dimensions; sequences are [examples, steps, features]", files[0].string(),
                                array.shape.size()));
  }
  if (labels.shape.size() != 1 || labels.size(0) != array.size(0)) {
    throw UserError(fmt::format("{}: does not hold one label for each of the {} examples of {}", files[1].string(),
                                array.size(0), files[0].string()));
  }
  const auto count = static_cast<std::size_t>(array.size(1) * array.size(2));
  const int own = single ? 1 : static_cast<int>(array.size(2));
  if (width != 0 && own != width) {
    throw UserError(fmt::format("{}: {} features where the training examples have {}", files[0].string(), own, width));
  }
  width = own;
  RawExamples examples;
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    RawExample& example = examples.emplace_back();
    example.text = fmt::format("{} of {}", i, files[0].filename().string());
    example.place = fmt::format("{}: label {} (from 0 on)", files[1].string(), i);
    constexpr float kLargest = 16777216;  // 2^24: every whole number up to it is one in 32 bits
    if (!(std::abs(labels.values[i]) <= kLargest) || labels.values[i] != std::floor(labels.values[i])) {
      throw UserError(
          fmt::format("{} is {}; labels are whole numbers: number the classes from 0 on", example.place, labels.values[i]));
    }
    example.label = fmt::format("{}", static_cast<std::int64_t>(labels.values[i]));
    const auto first = array.values.begin() + static_cast<std::ptrdiff_t>(i * count);
    example.values.assign(first, first + static_cast<std::ptrdiff_t>(count));
    if (std::ranges::any_of(example.values, [](float x) { return !std::isfinite(x); })) {
      throw UserError(fmt::format("{}: example {} holds NaN or infinity; replace it", files[0].string(), i));
    }
  }
  return examples;
}

RawSplits read_arrays(const std::vector<Paths>& files, const std::function<ArrayFile(const std::filesystem::path&)>& read,
                      bool single) {
  RawSplits splits;
  std::size_t next = 0;
  for (RawExamples* split : {&splits.train, &splits.valid, &splits.test}) {
    const Paths& own = files[next++];
    if (!own.empty()) *split = vectors_of(read(own[0]), read(own[1]), own, single, splits.width);
  }
  return splits;
}

RawSplits read_tables(const std::vector<Paths>& files, const LongTableColumns& columns) {
  const auto read = [&](const Paths& own) { return read_long_table(own[0], own.size() > 1 ? own[1] : "", columns); };
  if (!columns.split.empty()) return by_split(read(files[0]), columns.split);
  RawSplits splits;
  std::vector<std::string> features;
  std::size_t next = 0;
  for (RawExamples* split : {&splits.train, &splits.valid, &splits.test}) {
    const Paths& own = files[next++];
    if (own.empty()) continue;
    LongTable table = read(own);
    if (!features.empty() && table.features != features) {
      throw UserError(fmt::format("{}:1: its columns are not those of {}; name the same ones in 'features'", own[0].string(),
                                  files[0][0].string()));
    }
    features = table.features;
    *split = std::move(table.examples);
  }
  splits.width = static_cast<int>(features.size());
  return splits;
}

RawSplits read_texts(const std::vector<Paths>& files) {
  RawSplits splits;
  std::size_t next = 0;
  for (RawExamples* split : {&splits.train, &splits.valid, &splits.test}) {
    const Paths& own = files[next++];
    if (!own.empty()) *split = read_labelled_text(own[0]);
  }
  return splits;
}

/// Files pos, neg and folds: one fold tests, the next validates.
RawSplits read_folds(const std::vector<Paths>& files, std::int64_t fold) {
  const Table folds = Table::read(files[0][2]);
  const std::size_t label = folds.column("label", "folds.csv");
  const std::size_t line = folds.column("line", "folds.csv");
  const std::size_t number = folds.column("fold", "folds.csv");
  RawExamples positive = read_text_of_class(files[0][0], "pos");
  RawExamples negative = read_text_of_class(files[0][1], "neg");
  RawSplits splits;
  for (std::size_t row = 0; row < folds.rows(); ++row) {
    RawExamples& side = folds.at(row, label) == "pos" ? positive : negative;
    const auto index = static_cast<std::size_t>(folds.number(row, line)) - 1;
    if (index >= side.size()) throw UserError(fmt::format("{}there is no such line", folds.place(row, line)));
    const auto own = static_cast<std::int64_t>(folds.number(row, number));
    RawExamples& split = own == fold ? splits.test : own == (fold + 1) % 10 ? splits.valid : splits.train;
    split.push_back(side[index]);
  }
  return splits;
}

/// A data set that is known by name: its files by split (all in the first where they say themselves) and how they are read.
struct Source {
  std::string_view name;
  std::array<std::vector<std::string_view>, 3> files;
  RawSplits (*read)(const std::vector<Paths>& files, const ClassifyOptions& options);
  bool tables = false;  // whose columns can be named
};

RawSplits read_text_source(const std::vector<Paths>& files, const ClassifyOptions& /*options*/) { return read_texts(files); }

const std::vector<Source>& sources() {
  static const std::vector<Source> all = {
      {"icu2012",
       {{{"icu2012/visits.csv.gz", "icu2012/outcomes.csv", "icu2012/static.csv"}, {}, {}}},
       [](const std::vector<Paths>& files, const ClassifyOptions& options) {
         LongTableColumns columns = columns_of(options, "patient", "hour", "died", "split");
         if (!options.constants.empty()) columns.constants_file = files[0][2];
         return read_tables(files, columns);
       },
       true},
      {"imdb", {{{"imdb/train.tsv.gz"}, {}, {"imdb/test.tsv.gz"}}}, read_text_source},
      {"japanese_vowels",
       {{{"japanese_vowels/train.csv", "japanese_vowels/train_labels.csv"},
         {},
         {"japanese_vowels/test.csv", "japanese_vowels/test_labels.csv"}}},
       [](const std::vector<Paths>& files, const ClassifyOptions& options) {
         return read_tables(files, columns_of(options, "series_id", "t", "label", ""));
       },
       true},
      {"msr_action3d",
       {{{"msr_action3d/frames.csv.gz", "msr_action3d/clips.csv"}, {}, {}}},
       [](const std::vector<Paths>& files, const ClassifyOptions& options) {
         LongTableColumns columns = columns_of(options, "clip_id", "frame", "action", "split");
         columns.keep = "in_557_list";
         return read_tables(files, columns);
       },
       true},
      {"sentence_polarity",
       {{{"sentence_polarity/pos.txt", "sentence_polarity/neg.txt", "sentence_polarity/folds.csv"}, {}, {}}},
       [](const std::vector<Paths>& files, const ClassifyOptions& options) { return read_folds(files, options.fold); }},
      {"sst2", {{{"sst2/train.tsv"}, {"sst2/dev.tsv"}, {"sst2/test.tsv"}}}, read_text_source},
  };
  return all;
}

constexpr std::string_view kFashion = "fashion_mnist";
constexpr std::string_view kNextWord = "next_word";

/// The images of Debian's package.
std::vector<Paths> fashion_files() {
  const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  std::vector<Paths> files = {{folder / "train-images-idx3-ubyte.gz", folder / "train-labels-idx1-ubyte.gz"},
                              {},
                              {folder / "t10k-images-idx3-ubyte.gz", folder / "t10k-labels-idx1-ubyte.gz"}};
  std::error_code error;
  if (std::filesystem::exists(files[0][0], error)) return files;
  throw UserError(
      fmt::format("data set 'fashion_mnist': {} is missing; install Debian's package: apt-get install "
                  "dataset-fashion-mnist",
                  files[0][0].string()));
}

std::vector<Paths> named_files(const ClassifyOptions& options, const std::filesystem::path& folder) {
  std::vector<Paths> files;
  const std::size_t most = options.format == "text" ? 1 : 2;
  const std::size_t least = options.format == "table" ? 1 : most;
  for (const auto& [name, names] :
       {std::pair{"train", &options.train}, std::pair{"valid", &options.valid}, std::pair{"test", &options.test}}) {
    const std::string_view split = name;
    const bool optional = split == "valid" || (!options.split.empty() && split != "train");
    if (!options.split.empty() && split != "train" && !names->empty()) {
      throw UserError(fmt::format("'{}' lists files but column '{}' says the split; leave one out", split, options.split));
    }
    if (!(names->empty() && optional) && (names->size() < least || names->size() > most)) {
      throw UserError(fmt::format("'{}' must name {} with format '{}'; it names {}", split,
                                  most == 1    ? "one file"
                                  : least == 1 ? "one or two files (steps, labels)"
                                               : "two files (examples, labels)",
                                  options.format, names->size()));
    }
    auto& own = files.emplace_back();
    for (const std::string& file : *names) own.push_back(folder / file);
  }
  const bool beside = !options.split.empty() || !options.group.empty() || !options.constants.empty();
  for (const auto& names : {options.train, options.valid, options.test}) {
    if (!beside || names.empty() || names.size() == 2) continue;
    throw UserError(
        "'split', 'group' and 'constants' are columns of the labels' file: 'train', 'valid' and 'test' must name two files "
        "each, steps and labels");
  }
  return files;
}

/// Columns are named for tables alone: elsewhere they would do nothing in silence.
void check_columns(const ClassifyOptions& options) {
  const auto source = std::ranges::find(sources(), options.source, &Source::name);
  if (options.source == "files" ? options.format == "table" : source != sources().end() && source->tables) return;
  for (const auto& [name, given] :
       {std::pair{"group", !options.group.empty()}, std::pair{"constants", !options.constants.empty()}}) {
    if (!given) continue;
    throw UserError(fmt::format("'{}' names columns of tables; leave it out: source '{}'{} has none", name, options.source,
                                options.source == "files" ? fmt::format(" of format '{}'", options.format) : ""));
  }
}

std::vector<Paths> files_of(const ClassifyOptions& options, const std::string& folder) {
  check_columns(options);
  if (options.source == "files") return named_files(options, folder);
  for (const auto& [name, names] :
       {std::pair{"train", &options.train}, std::pair{"valid", &options.valid}, std::pair{"test", &options.test}}) {
    if (names->empty()) continue;
    throw UserError(fmt::format("'{}' lists files but 'source' is '{}'; write source = \"files\", or leave '{}' out", name,
                                options.source, name));
  }
  if (options.source == kFashion) return fashion_files();
  if (options.source == kNextWord) return {};
  const auto source = std::ranges::find(sources(), options.source, &Source::name);
  expect(source != sources().end(), "the schema lets known sources pass");
  std::vector<std::string_view> all;
  for (const auto& split : source->files) all.insert(all.end(), split.begin(), split.end());
  const std::filesystem::path place = folder_of_data(source->name, all);
  std::vector<Paths> files;
  for (const auto& split : source->files) {
    auto& own = files.emplace_back();
    for (const std::string_view file : split) own.push_back(place / file);
  }
  return files;
}

}  // namespace

std::vector<std::string> classify_source_names() {
  std::vector<std::string> names{"files", std::string(kFashion), std::string(kNextWord)};
  for (const Source& source : sources()) names.emplace_back(source.name);
  return names;
}

std::vector<std::filesystem::path> classify_files(const ClassifyOptions& options, const std::string& folder) {
  Paths all;
  for (const Paths& split : files_of(options, folder)) all.insert(all.end(), split.begin(), split.end());
  return all;
}

RawSplits read_classify_splits(const ClassifyOptions& options, const std::string& folder) {
  const std::vector<Paths> files = files_of(options, folder);
  const bool single = options.image == "pixels";
  if (options.source == kNextWord) {
    constexpr std::int64_t kTrain = 5000, kOther = 1000;
    return generate_next_word(options.train_size == 0 ? kTrain : options.train_size, kOther, kOther, options.distance,
                              static_cast<std::uint64_t>(options.seed));
  }
  if (options.source == kFashion) return read_arrays(files, read_idx, single);
  if (options.source != "files") {
    return std::ranges::find(sources(), options.source, &Source::name)->read(files, options);
  }
  if (options.format == "text") return read_texts(files);
  if (options.format == "npy") return read_arrays(files, read_npy, false);
  if (options.format == "idx") return read_arrays(files, read_idx, single);
  return read_tables(files, columns_of(options, options.sequence, options.step, options.label, options.split));
}

}  // namespace seqlab
