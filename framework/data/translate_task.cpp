#include "data/translate_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "data/catalogue.h"
#include "data/dates.h"
#include "data/negations.h"
#include "data/parallel_text.h"
#include "data/subwords.h"
#include "data/task_names.h"
#include "data/text.h"

namespace seqlab {
namespace {

constexpr double kMostPairs = 1e9;
constexpr std::int64_t kDateTrainSize = 10000;
constexpr std::int64_t kDateEvaluationSize = 1000;

struct TokenPairs {
  std::vector<TextPair> pairs;                   // text alone, until the vocabularies exist
  std::vector<std::vector<std::string>> source;  // tokens of each pair
  std::vector<std::vector<std::string>> target;
  std::vector<Tree> trees;  // of targets that are some

  void add(std::string_view source_text, std::string_view target_text, Tokens tokens, bool lower_case) {
    pairs.push_back({normalise(source_text, tokens, lower_case), normalise(target_text, tokens, lower_case), {}, {}});
  }

  void cut(const Tokenizer& source_tokenizer, const Tokenizer& target_tokenizer) {
    for (const TextPair& pair : pairs) {
      source.push_back(source_tokenizer.cut(pair.source));
      target.push_back(target_tokenizer.cut(pair.target));
    }
  }

  void encode(const Vocabulary& source_vocabulary, const Vocabulary& target_vocabulary) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      pairs[i].source_ids = source_vocabulary.encode(source[i]);
      pairs[i].target_ids = target_vocabulary.encode(target[i]);
    }
  }
};

struct Splits {
  TokenPairs train;
  TokenPairs valid;
  TokenPairs test;
};

void check_file_lists(const TranslateOptions& options) {
  const std::array<std::pair<std::string_view, const std::vector<std::string>*>, 3> lists = {
      {{"train", &options.train}, {"valid", &options.valid}, {"test", &options.test}}};
  for (const auto& [name, files] : lists) {
    if (options.source != "files" && !files->empty()) {
      throw UserError(fmt::format("'{}' lists files but 'source' is '{}'; write source = \"files\", or leave '{}' out", name,
                                  options.source, name));
    }
    if (options.source == "files" && reads_trees(options) && files->size() != 1) {
      throw UserError(
          fmt::format("'{}' must name one file of trees; it names {}: with source = \"files\" all of train, valid "
                      "and test are needed",
                      name, files->size()));
    }
    if (options.source == "files" && !reads_trees(options) && files->size() != 2) {
      throw UserError(
          fmt::format("'{}' must name two files, source side and target side; it names {}: with source = \"files\" all of "
                      "train, valid and test are needed",
                      name, files->size()));
    }
  }
}

DataSetFiles named_files(const TranslateOptions& options, const std::filesystem::path& folder) {
  const auto place = [&](const std::vector<std::string>& names) {
    return std::array<std::filesystem::path, 2>{folder / names.front(), folder / names.back()};
  };
  return {place(options.train), place(options.valid), place(options.test)};
}

TokenPairs read_trees(const std::filesystem::path& file, std::int64_t size, const TranslateOptions& options) {
  const Leaves leaves = leaves_named(options.leaves);
  const Closings closings = closings_named(options.closings);
  const std::vector<std::string> lines = read_lines(file);
  const std::size_t count = size == 0 ? lines.size() : std::min(lines.size(), static_cast<std::size_t>(size));
  TokenPairs split;
  for (std::size_t i = 0; i < count; ++i) {
    split.trees.push_back(read_tree(lines[i], fmt::format("{}:{}", file.string(), i + 1)));
    const Tree& tree = split.trees.back();
    const std::string words = fmt::format("{}", fmt::join(words_of(tree), " "));
    split.add(words, fmt::format("{}", fmt::join(linearise(tree, leaves, closings), " ")), Tokens::whitespace, false);
    if (options.lower_case) split.pairs.back().source = normalise(words, Tokens::whitespace, true);
  }
  return split;
}

TokenPairs read_split(const std::array<std::filesystem::path, 2>& files, std::int64_t size, const TranslateOptions& options,
                      Tokens tokens) {
  if (reads_trees(options)) return read_trees(files[0], size, options);
  ParallelText text = read_parallel_text(files[0], files[1]);
  if (rewrites_negations(options)) {
    for (std::string& line : text.source) line = moses_negations(line);
  }
  const std::size_t count = size == 0 ? text.source.size() : std::min(text.source.size(), static_cast<std::size_t>(size));
  TokenPairs split;
  for (std::size_t i = 0; i < count; ++i) split.add(text.source[i], text.target[i], tokens, options.lower_case);
  return split;
}

Splits read_splits(const DataSetFiles& files, const TranslateOptions& options, Tokens tokens) {
  return {read_split(files.train, options.train_size, options, tokens),
          read_split(files.valid, options.valid_size, options, tokens),
          read_split(files.test, options.test_size, options, tokens)};
}

/// The tokenizers of both sides; subwords are learnt from the training lines.
std::pair<Tokenizer, Tokenizer> make_tokenizers(const TokenPairs& train, const TranslateOptions& options, Tokens tokens) {
  if (tokens != Tokens::subword) {
    // The labels of trees keep their case.
    return {Tokenizer(tokens, options.lower_case), Tokenizer(tokens, options.lower_case && !reads_trees(options))};
  }
  std::vector<std::string> sources, targets;
  for (const TextPair& pair : train.pairs) {
    sources.push_back(pair.source);
    (options.joint ? sources : targets).push_back(pair.target);
  }
  const auto learn = [&](const std::vector<std::string>& lines) {
    return Tokenizer(Subwords::learn(lines, static_cast<int>(options.subwords), options.subword_kind), options.lower_case);
  };
  Tokenizer source = learn(sources);
  return {source, options.joint ? source : learn(targets)};
}

Splits generate_splits(const TranslateOptions& options, Tokens tokens) {
  const auto size = [](std::int64_t given, std::int64_t own) { return given == 0 ? own : given; };
  const DateSplits dates =
      generate_dates(size(options.train_size, kDateTrainSize), size(options.valid_size, kDateEvaluationSize),
                     size(options.test_size, kDateEvaluationSize), static_cast<std::uint64_t>(options.seed));
  Splits splits;
  for (const auto& [from, to] :
       {std::pair{&dates.train, &splits.train}, {&dates.valid, &splits.valid}, {&dates.test, &splits.test}}) {
    for (const auto& pair : *from) to->add(pair.source, pair.target, tokens, options.lower_case);
  }
  return splits;
}

/// Returns how many pairs were left out.
std::int64_t leave_out_long(TokenPairs& train, std::int64_t maximum_length) {
  if (maximum_length == 0) return 0;
  const auto limit = static_cast<std::size_t>(maximum_length);
  TokenPairs kept;
  std::size_t shortest = std::max(train.source.front().size(), train.target.front().size());
  for (std::size_t i = 0; i < train.pairs.size(); ++i) {
    const std::size_t length = std::max(train.source[i].size(), train.target[i].size());
    shortest = std::min(shortest, length);
    if (length > limit) continue;
    kept.pairs.push_back(std::move(train.pairs[i]));
    kept.source.push_back(std::move(train.source[i]));
    kept.target.push_back(std::move(train.target[i]));
  }
  if (kept.pairs.empty()) {
    throw UserError(
        fmt::format("'maximum_length' = {} leaves no training pair: the shortest of {} has {} tokens on its longer side; "
                    "raise it to at least {}, or to 0 for no limit",
                    maximum_length, train.pairs.size(), shortest, shortest));
  }
  const auto left_out = static_cast<std::int64_t>(train.pairs.size() - kept.pairs.size());
  train = std::move(kept);
  return left_out;
}

Vocabulary build_vocabulary(std::span<const std::vector<std::string>> sentences, const TranslateOptions& options,
                            std::string_view side) {
  auto vocabulary =
      Vocabulary::build(sentences, static_cast<int>(options.minimum_count), static_cast<int>(options.vocabulary_size));
  if (vocabulary.size() == Vocabulary::kSpecial) {
    throw UserError(
        fmt::format("no token of the {} side occurs {} times in the training data, so its vocabulary is empty; lower "
                    "'minimum_count'",
                    side, options.minimum_count));
  }
  return vocabulary;
}

void build_vocabularies(const TokenPairs& train, const TranslateOptions& options, TranslateData& data) {
  data.joint = options.joint;
  if (!options.joint) {
    data.source_vocabulary = build_vocabulary(train.source, options, "source");
    data.target_vocabulary = build_vocabulary(train.target, options, "target");
    return;
  }
  std::vector<std::vector<std::string>> both = train.source;
  both.insert(both.end(), train.target.begin(), train.target.end());
  data.source_vocabulary = build_vocabulary(both, options, "source and target");
  data.target_vocabulary = data.source_vocabulary;
}

}  // namespace

Schema<TranslateOptions> translate_schema() {
  using Options = TranslateOptions;
  return Schema<Options>("pairs of texts: translate a source into a target")
      .add("task", &Options::task, one_of(task_names()), "what is learnt; its data, batches and metrics follow from it")
      .add(
          "source", &Options::source, one_of(data_source_names()),
          "'dates' (a generator), 'files' (named by train, valid and test) or a data set of the catalogue: seqlab data list")
      .add("format", &Options::format, one_of({"pairs", "trees"}),
           "source 'files': two texts, line by line, or one file of bracketed trees, to be told from their words; "
           "treebank_craft is trees")
      .add("tokens", &Options::tokens, one_of(token_names()),
           "what a token is: one Unicode character, what stands between white space, a word or mark of punctuation, or a "
           "piece of a word learnt from the training text (trees: whitespace)")
      .add("subwords", &Options::subwords, in_range(10, 1e6),
           "tokens 'subword': how many pieces to learn, of each side or of both together")
      .add("subword_kind", &Options::subword_kind, one_of({"bpe", "unigram"}),
           "tokens 'subword': byte-pair merges (Sennrich et al., 2016) or a unigram model (Kudo, 2018)")
      .add("joint", &Options::joint, "one vocabulary, and one set of subwords, for both sides")
      .add("lower_case", &Options::lower_case, "turn both sides to lower case; of trees the words")
      .add("leaves", &Options::leaves, one_of({"tag", "mark", "word"}),
           "trees: what stands for a word in the target: its tag, the mark XX for any, or the word itself")
      .add("closings", &Options::closings, one_of({"label", "plain"}),
           "trees: whether the bracket behind a phrase says its label again, or cannot contradict it")
      .add("bleu", &Options::bleu, one_of({"auto", "none", "char", "13a", "intl"}),
           "how BLEU cuts predictions and references, by sacreBLEU's names; auto: char for characters, none for whitespace "
           "tokens, 13a else")
      .add("train", &Options::train,
           "source 'files': two text files, source side and target side, line by line; of trees one")
      .add("valid", &Options::valid, "source 'files': the same to choose the best epoch by")
      .add("test", &Options::test, "source 'files': the same for the final result")
      .add("train_size", &Options::train_size, in_range(0, kMostPairs),
           "number of pairs; of files at most the first so many; 0: all of the files, 10000 dates")
      .add("valid_size", &Options::valid_size, in_range(0, kMostPairs), "as train_size; 0: all of the files, 1000 dates")
      .add("test_size", &Options::test_size, in_range(0, kMostPairs), "as train_size; 0: all of the files, 1000 dates")
      .add("seed", &Options::seed, at_least(0), "source 'dates': seed of the generator, apart from the run's seed")
      .add("minimum_count", &Options::minimum_count, in_range(1, kMostPairs),
           "tokens seen fewer times in the training data become <unk>")
      .add("vocabulary_size", &Options::vocabulary_size, in_range(0, kMostPairs),
           "keep the most frequent tokens of each side, special ones not counted; 0: all")
      .add("maximum_length", &Options::maximum_length, in_range(0, kMostPairs),
           "leave out training pairs with more tokens than this on either side; 0: keep all")
      .add("decoding.beam", &Options::beam, in_range(1, 1000),
           "beginnings of each sentence carried on side by side; 1: greedy")
      .add("decoding.length_penalty", &Options::length_penalty, in_range(0, 10),
           "alpha of Wu et al. (2016): the larger, the longer texts may be")
      .add("decoding.coverage_penalty", &Options::coverage_penalty, in_range(0, 10),
           "beta of Wu et al. (2016): what a text loses that leaves parts of the source unseen; needs attention")
      .add("decoding.early_finish", &Options::early_finish,
           "stop a sentence when as many texts have ended as the beam holds, not only when none can become better")
      .add("decoding.maximum_ratio", &Options::maximum_ratio, in_range(0.1, 100),
           "tokens of a prediction for each token of its source, and 10 more: then it is cut")
      .add("decoding.replace_unknown", &Options::replace_unknown,
           "write the source's token of the highest weight for <unk>; needs attention")
      .demand(
          "tokens", [](const Options& o) { return !reads_trees(o) || o.tokens == "whitespace"; },
          "data.tokens must be \"whitespace\" where the data are trees")
      .used(
          {"subwords", "subword_kind"}, [](const Options& o) { return o.tokens == "subword"; }, "tokens is not \"subword\"")
      .used(
          {"format"}, [](const Options& o) { return o.source == "files"; }, "source is not \"files\"")
      .used(
          {"leaves", "closings"}, [](const Options& o) { return reads_trees(o); }, "the data are no trees")
      .used(
          {"seed"}, [](const Options& o) { return o.source == "dates"; }, "source is not \"dates\"")
      .used(
          {"decoding.length_penalty", "decoding.coverage_penalty", "decoding.early_finish"},
          [](const Options& o) { return o.beam > 1; }, "decoding.beam is 1; it is of use to `seqlab predict --beam` alone");
}

std::optional<DataSetFiles> translate_files(const TranslateOptions& options, const std::string& folder) {
  check_file_lists(options);
  if (options.source == "dates") return std::nullopt;
  return options.source == "files" ? named_files(options, folder) : locate_data_set(options.source);
}

TranslateData load_translate_data(const TranslateOptions& options, const std::string& folder) {
  const Tokens tokens = tokens_named(options.tokens);
  if (reads_trees(options) && tokens != Tokens::whitespace) {
    throw UserError(fmt::format("trees are read with tokens = \"whitespace\", not \"{}\"", options.tokens));
  }
  const std::optional<DataSetFiles> files = translate_files(options, folder);

  TranslateData data;
  Splits splits;
  if (!files) {
    splits = generate_splits(options, tokens);
  } else {
    splits = read_splits(*files, options, tokens);
    for (const auto* split : {&files->train, &files->valid, &files->test}) {
      for (const auto& file : *split) data.files.push_back(std::filesystem::absolute(file).lexically_normal().string());
    }
  }

  std::tie(data.source_tokenizer, data.target_tokenizer) = make_tokenizers(splits.train, options, tokens);
  for (auto* split : {&splits.train, &splits.valid, &splits.test}) split->cut(data.source_tokenizer, data.target_tokenizer);
  data.left_out = leave_out_long(splits.train, options.maximum_length);
  build_vocabularies(splits.train, options, data);
  if (data.target_vocabulary.size() == Vocabulary::kSpecial + 1) {
    throw UserError(
        fmt::format("the target side of the training data knows a single token, '{}': there is nothing to choose "
                    "from; look at the files, at tokens, minimum_count and vocabulary_size",
                    data.target_vocabulary.token(Vocabulary::kSpecial)));
  }
  for (auto* split : {&splits.train, &splits.valid, &splits.test}) {
    split->encode(data.source_vocabulary, data.target_vocabulary);
  }
  data.train = std::move(splits.train.pairs);
  data.valid = std::move(splits.valid.pairs);
  data.test = std::move(splits.test.pairs);
  data.valid_trees = std::move(splits.valid.trees);
  data.test_trees = std::move(splits.test.trees);
  return data;
}

std::map<std::string, std::string> TranslateText::stored() const {
  std::map<std::string, std::string> texts;
  source_tokenizer.store("source", texts);
  target_tokenizer.store("target", texts);
  texts["source.vocabulary"] = source_vocabulary.to_json();
  if (!joint) texts["target.vocabulary"] = target_vocabulary.to_json();
  return texts;
}

TranslateText TranslateText::restore(const std::map<std::string, std::string>& texts) {
  TranslateText text;
  text.source_tokenizer = Tokenizer::restore("source", texts);
  text.target_tokenizer = Tokenizer::restore("target", texts);
  text.source_vocabulary = Vocabulary::from_json(stored_text(texts, "source.vocabulary"));
  text.joint = !texts.contains("target.vocabulary");
  text.target_vocabulary =
      text.joint ? text.source_vocabulary : Vocabulary::from_json(stored_text(texts, "target.vocabulary"));
  return text;
}

bool rewrites_negations(const TranslateOptions& options) { return options.source == "en_vi"; }

bool reads_trees(const TranslateOptions& options) {
  return options.source == "treebank_craft" || (options.source == "files" && options.format == "trees");
}

TranslateBatch make_translate_batch(std::span<const TextPair> split, std::span<const int> rows) {
  std::vector<std::vector<int>> source;
  std::vector<std::vector<int>> target_in;
  std::vector<std::vector<int>> target_out;
  for (const int row : rows) {
    expect(row >= 0 && static_cast<std::size_t>(row) < split.size(), "a row of a batch is in its split");
    const TextPair& pair = split[static_cast<std::size_t>(row)];
    source.push_back(pair.source_ids);
    target_in.push_back(pair.target_ids);
    target_in.back().insert(target_in.back().begin(), Vocabulary::kBegin);
    target_out.push_back(pair.target_ids);
    target_out.back().push_back(Vocabulary::kEnd);
  }
  return {pack_sequences(source), pack_sequences(target_in), pack_sequences(target_out), {rows.begin(), rows.end()}};
}

}  // namespace seqlab
