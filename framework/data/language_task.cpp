#include "data/language_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "data/catalogue.h"
#include "data/parallel_text.h"
#include "data/split_files.h"
#include "data/task_names.h"
#include "data/text.h"

namespace seqlab {
namespace {

constexpr double kMost = 1e9;

struct Source {
  std::string_view name;
  std::array<std::string_view, 3> files;  // of train, valid, test; "": none
};
constexpr std::array kSources = std::to_array<Source>({
    {"ptb", {"ptb/ptb.train.txt", "ptb/ptb.valid.txt", "ptb/ptb.test.txt"}},
    {"tinyshakespeare", {"tinyshakespeare/input.txt", "", ""}},
    {"wikitext2", {"wikitext2/wiki.train.txt", "wikitext2/wiki.valid.txt", "wikitext2/wiki.test.txt"}},
});

std::vector<std::string> source_names() {
  std::vector<std::string> names{"files"};
  for (const Source& source : kSources) names.emplace_back(source.name);
  return names;
}

/// The file of each split, "" where there is none.
std::array<std::filesystem::path, 3> files_of(const LanguageOptions& options, const std::filesystem::path& folder) {
  auto files = split_files({options.train, options.valid, options.test, false}, options.source, "running text", folder);
  if (options.source == "files") return files;
  const auto source = std::ranges::find(kSources, options.source, &Source::name);
  expect(source != kSources.end(), "the schema lets known sources pass");
  std::vector<std::string_view> all;
  for (const std::string_view file : source->files) {
    if (!file.empty()) all.push_back(file);
  }
  const auto place = folder_of_data(source->name, all);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!source->files[i].empty()) files[i] = place / source->files[i];
  }
  return files;
}

/// The tokens of a file line by line, each with its end: </s> behind words, the line feed behind characters.
std::vector<std::string> read_tokens(const std::filesystem::path& file, const LanguageOptions& options, Tokens tokens) {
  std::vector<std::string> text;
  for (const std::string& line : read_running_text(file)) {
    // Not normalise(): blanks are characters of the text here.
    const std::string own = options.lower_case ? to_lower(line) : to_nfc(line);
    for (std::string& token : tokenise(own, tokens)) text.push_back(std::move(token));
    text.emplace_back(tokens == Tokens::character ? "\n" : "</s>");
  }
  return text;
}

std::vector<int> encode(const Vocabulary& vocabulary, const std::vector<std::string>& tokens, bool words) {
  std::vector<int> ids = vocabulary.encode(tokens);
  // The mark is ours: encode() takes it for text that would forge one. A text's own "</s>" is one too, as in prepared files.
  for (std::size_t i = 0; words && i < ids.size(); ++i) ids[i] = tokens[i] == "</s>" ? Vocabulary::kEnd : ids[i];
  return ids;
}

}  // namespace

Schema<LanguageOptions> language_schema() {
  using Options = LanguageOptions;
  return Schema<Options>("running text: foretell each token from those before it")
      .add("task", &Options::task, one_of(task_names()), "what is learnt; its data, batches and metrics follow from it")
      .add("source", &Options::source, one_of(source_names()),
           "'files' (named by train, valid and test) or a data set of the catalogue: seqlab data list")
      .add("train", &Options::train, "source 'files': one file of text")
      .add("valid", &Options::valid, "source 'files': one to choose the best epoch by; none: the end of train")
      .add("test", &Options::test, "source 'files': one to judge by at the end; none: the validation split again")
      .add("valid_share", &Options::valid_share, in_range(0.001, 0.9),
           "share of train at its end that chooses the best epoch, where the data have no split for it")
      .add("train_size", &Options::train_size, in_range(0, kMost), "at most the first so many tokens of train; 0: all")
      .add("tokens", &Options::tokens, one_of({"character", "whitespace"}),
           "what a token is: one Unicode character (line feeds too), or what stands between white space, with </s> behind a "
           "line")
      .add("lower_case", &Options::lower_case, "turn the text to lower case")
      .add("minimum_count", &Options::minimum_count, in_range(1, kMost), "rarer tokens become <unk>")
      .add("vocabulary_size", &Options::vocabulary_size, in_range(0, kMost), "keep the most frequent tokens; 0: all")
      .add("window", &Options::window, in_range(1, 100000),
           "steps of a batch, over which the gradient goes back; the state is carried on from window to window")
      .used(
          {"valid_share"}, [](const Options& o) { return o.valid.empty(); }, "valid names a file");
}

LanguageData load_language_data(const LanguageOptions& options, const std::string& folder) {
  const Tokens tokens = tokens_named(options.tokens);
  const auto files = files_of(options, folder);
  std::array<std::vector<std::string>, 3> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!files[i].empty()) texts[i] = read_tokens(files[i], options, tokens);
  }
  auto& [train, valid, test] = texts;
  if (files[1].empty()) {
    const auto count = static_cast<std::size_t>(std::lround(options.valid_share * static_cast<double>(train.size())));
    if (count == 0 || count >= train.size()) {
      throw UserError(fmt::format("{}: 'valid_share' = {} of its {} tokens leaves a split empty; name files in 'valid'",
                                  files[0].string(), options.valid_share, train.size()));
    }
    valid.assign(train.end() - static_cast<std::ptrdiff_t>(count), train.end());
    train.resize(train.size() - count);
  }
  if (options.train_size > 0 && static_cast<std::size_t>(options.train_size) < train.size()) {
    train.resize(static_cast<std::size_t>(options.train_size));
  }
  LanguageData data;
  const bool words = tokens == Tokens::whitespace;
  data.token_separator = token_separator(tokens);
  data.vocabulary = Vocabulary::build(std::span(&train, 1), static_cast<int>(options.minimum_count),
                                      static_cast<int>(options.vocabulary_size));
  if (data.vocabulary.size() == Vocabulary::kSpecial) {
    throw UserError(
        fmt::format("{}: no token occurs {} times; lower 'minimum_count'", files[0].string(), options.minimum_count));
  }
  data.train = encode(data.vocabulary, train, words);
  data.valid = encode(data.vocabulary, valid, words);
  data.test = files[2].empty() ? data.valid : encode(data.vocabulary, test, words);
  return data;
}

DataContent data_content(const LanguageOptions& options, const std::string& folder) {
  std::vector<std::filesystem::path> all;
  for (const auto& file : files_of(options, folder)) {
    if (!file.empty()) all.push_back(file);
  }
  return content_of_files(all);
}

int language_windows(std::size_t tokens, int rows, int window) {
  const std::size_t part = (tokens + static_cast<std::size_t>(rows) - 1) / static_cast<std::size_t>(rows);
  return static_cast<int>((part + static_cast<std::size_t>(window) - 1) / static_cast<std::size_t>(window));
}

LanguageBatch make_language_batch(std::span<const int> text, int rows, int window, int index) {
  expect(index >= 0 && index < language_windows(text.size(), rows, window), "a window is inside its text");
  const std::size_t part = (text.size() + static_cast<std::size_t>(rows) - 1) / static_cast<std::size_t>(rows);
  std::vector<std::vector<int>> in, out;
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    const std::size_t end =
        std::min({(row + 1) * part, text.size(), row * part + static_cast<std::size_t>(window * (index + 1))});
    const std::size_t first = std::min(row * part + static_cast<std::size_t>(window * index), end);
    out.emplace_back(text.begin() + static_cast<std::ptrdiff_t>(first), text.begin() + static_cast<std::ptrdiff_t>(end));
    auto& before = in.emplace_back();
    for (std::size_t i = first; i < end; ++i) before.push_back(i == 0 ? Vocabulary::kEnd : text[i - 1]);
  }
  return {pack_sequences(in), pack_sequences(out)};
}

}  // namespace seqlab
