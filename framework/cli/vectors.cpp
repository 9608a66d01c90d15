// `seqlab vectors`: word embeddings on their own.

#include "cli/vectors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <set>
#include <system_error>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

struct Action {
  std::string name;
  std::size_t words;  // that must follow
  std::string usage;
  std::set<std::string> options;
  int (*run)(const Arguments&, const Globals&);
};

const std::vector<Action>& actions() {
  static const std::vector<Action> all{
      {"train",
       1,
       "vectors train NAME --input FILE --output FILE [--set K=V]... [--threads N]",
       {"input", "output", "set", "threads", "memory", "seed", "format"},
       train_vectors},
      {"nearest", 2, "vectors nearest FILE WORD... [--count N]", {"count"}, nearest_words},
      {"analogy",
       4,
       "vectors analogy FILE A B C [--method add|multiply] [--count N]",
       {"count", "method"},
       complete_analogy},
      {"evaluate",
       1,
       "vectors evaluate FILE [--similarity FILE]... [--analogies FILE] [--vocabulary N]",
       {"similarity", "analogies", "vocabulary"},
       evaluate_vectors},
      {"export",
       1,
       "vectors export FILE --output FILE [--format glove|word2vec|word2vec_binary] [--count N]",
       {"output", "format", "count"},
       export_vectors},
      {"map", 1, "vectors map FILE [WORD...] [--count N] [--output FILE.csv]", {"count", "output"}, map_vectors},
  };
  return all;
}

void add_options(po::options_description& options) {
  auto add = options.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("input", text("FILE"), "train: the text, a sentence a line; or corpus_en, corpus_vi, ptb, ... of the catalogue");
  add("output", text("FILE"),
      "train, export, map: the file to write (-: standard output); .gz is gzipped, .bin is word2vec's binary format");
  add("set", po::value<std::vector<std::string>>()->value_name("K=V"),
      "train: an option of the plugin, or of the host's; `seqlab plugins embedding/NAME` lists them");
  add("threads", text("N"), "train: threads; default 1, which gives the same numbers again");
  add("memory", text("SIZE"), "train: text beyond it goes to a temporary file; default 1GB; vectors and counts come on top");
  add("seed", text("N"), "train: of the random numbers; default 1");
  add("format", text("glove|word2vec|word2vec_binary"), "train, export: default word2vec's text");
  add("count", text("N"), "nearest, analogy: answers, default 10; export: the first N words; map: words, default 500");
  add("method", text("add|multiply"), "analogy: 3CosAdd (default) or 3CosMul");
  add("similarity", po::value<std::vector<std::string>>()->value_name("FILE"),
      "evaluate: CSV with word1, word2 and score; default: the sets of the catalogue");
  add("analogies", text("FILE"), "evaluate: questions of four words a line; default: the catalogue's");
  add("vocabulary", text("N"), "evaluate: answers to analogies are sought among the first N words; default: all");
}

int vectors(const std::vector<std::string>& arguments, const Globals& globals) {
  auto given = parse_arguments(arguments, vectors_command());
  if (!given) return 0;
  const std::string name = given->positional[0];
  const auto action = std::ranges::find(actions(), name, &Action::name);
  if (action == actions().end()) {
    std::vector<std::string> names;
    for (const Action& known : actions()) names.push_back(known.name);
    throw UserError(fmt::format("`seqlab vectors` cannot '{}'; {}", name, suggestion(name, names)));
  }
  for (const auto& [option, value] : given->options) {
    if (action->options.contains(option)) continue;
    throw UserError(
        fmt::format("--{} does not belong to `seqlab vectors {}`; usage: seqlab {}", option, name, action->usage));
  }
  given->positional.erase(given->positional.begin());
  if (given->positional.size() < action->words) {
    throw UserError(fmt::format("`seqlab vectors {}` wants more; usage: seqlab {}", name, action->usage));
  }
  return action->run(*given, globals);
}

}  // namespace

int count_given(const Arguments& given, const std::string& name, int fallback, int least) {
  return static_cast<int>(given.whole_number(name, least, std::numeric_limits<int>::max()).value_or(fallback));
}

void check_output(const std::filesystem::path& output, const std::filesystem::path& input) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto refuse = [&](const std::string& why) { throw UserError(fmt::format("--output {}: {}", output.string(), why)); };
  if (fs::is_directory(output, error)) refuse("is a folder; name a file in it");
  const fs::path folder = output.has_parent_path() ? output.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error)) refuse(fmt::format("there is no folder '{}'; make it first", folder.string()));
  const bool exists = fs::exists(output, error);
  if (exists && fs::equivalent(output, input, error)) refuse("is the file that is read; name another one");
  if (::access((exists ? output : folder).c_str(), W_OK) != 0)
    refuse(fmt::format("cannot be written ({})", std::generic_category().message(errno)));
}

std::string output_given(const Arguments& given, const std::string& action, const std::filesystem::path& input) {
  const std::string file = given.text("output");
  if (file.empty()) throw UserError(fmt::format("`seqlab vectors {}` needs --output FILE", action));
  if (file == "-") return "/dev/stdout";
  check_output(file, input);
  return file;
}

std::string format_given(const Arguments& given, const std::string& file) {
  const bool binary = file.ends_with(".bin") || file.ends_with(".bin.gz");
  return given.text("format", binary ? "word2vec_binary" : "word2vec");
}

Command vectors_command() {
  return {"vectors",
          "word vectors on their own: training, neighbours, analogies, evaluation, other formats, maps",
          "vectors train NAME --input FILE --output FILE | vectors nearest|analogy|evaluate|export|map FILE ...",
          vectors,
          add_options,
          {1, Positional::kAnyNumber, "train|nearest|analogy|evaluate|export|map FILE WORD"}};
}

}  // namespace seqlab
