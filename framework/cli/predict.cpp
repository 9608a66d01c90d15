#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/attention_view.h"
#include "cli/read_database.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/file_hash.h"
#include "data/parallel_text.h"
#include "data/text.h"
#include "experiment/predictor.h"
#include "kernels/denormals.h"
#include "kernels/parallel.h"
#include "results/settings.h"

namespace seqlab {
namespace {

using Json = nlohmann::ordered_json;

/// What the database knows of a run that is to answer.
struct StoredRun {
  std::int64_t id = 0;
  RunSpec spec;
  std::string weights;  // file
  struct Plugin {
    std::string part, hash, path;
  };
  std::vector<Plugin> plugins;
};

StoredRun read_run(Database& database, std::int64_t id) {
  StoredRun run;
  run.id = id;
  Statement query = database.prepare(
      "SELECT run.seed, variant.settings, run.state, artifact.path FROM run JOIN variant ON variant.id = run.variant "
      "LEFT JOIN artifact ON artifact.run = run.id AND artifact.name = 'best' WHERE run.id = ?");
  query.bind_all(id).step();
  run.spec.seed = query.integer(0);
  run.spec.settings = settings_from_json(query.text(1));
  if (query.is_null(3)) {
    throw UserError(fmt::format("run #{} is {} and has left no weights to predict with; a run that is done has them", id,
                                query.text(2)));
  }
  run.weights = query.text(3);
  if (!std::filesystem::exists(run.weights)) {
    throw UserError(fmt::format("the weights of run #{} are gone: '{}' is not there; train it again with seqlab run --retry",
                                id, run.weights));
  }
  Statement plugins = database.prepare(
      "SELECT kind || '/' || name, hash, path FROM run_plugin JOIN plugin ON plugin.id = plugin WHERE run = ? ORDER BY 1");
  plugins.bind_all(id);
  while (plugins.step()) run.plugins.push_back({plugins.text(0), plugins.text(1), plugins.text(2)});
  return run;
}

/// The plugin files that the run used; what is no longer there is looked for where plugins are installed.
void load_plugins(const StoredRun& run, Registry& registry, bool quiet) {
  bool missing = false;
  for (const auto& plugin : run.plugins) {
    if (!std::filesystem::exists(plugin.path)) {
      missing = true;
      continue;
    }
    if (!quiet && file_hash(plugin.path) != plugin.hash) {
      std::cerr << fmt::format("warning: {} is another build than the one that run #{} was trained with\n", plugin.part,
                               run.id);
    }
    registry.load(plugin.path);
  }
  if (missing || run.plugins.empty()) registry.scan(plugin_folders());
  for (const auto& plugin : run.plugins) {
    const std::size_t slash = plugin.part.find('/');
    if (registry.find(kind_of(plugin.part.substr(0, slash)), plugin.part.substr(slash + 1)) != nullptr) continue;
    throw UserError(
        fmt::format("run #{} was trained with {} of '{}', which cannot be loaded any more; build it again, or name the "
                    "folder that holds it in SEQLAB_PLUGIN_PATH",
                    run.id, plugin.part, plugin.path));
  }
}

struct Line {
  std::int64_t number = 0;
  std::string text;
  std::string error;  // why it has no answer
};

/// The next lines of the input, at most `most`; each judged.
std::vector<Line> read_some(std::istream& input, const std::string& name, std::int64_t& number, std::size_t most,
                            bool answers_nothing) {
  std::vector<Line> lines;
  for (std::string text; lines.size() < most && std::getline(input, text);) {
    Line line{++number, std::move(text), ""};
    text.clear();
    if (number == 1 && line.text.starts_with("\xEF\xBB\xBF")) line.text.erase(0, 3);
    if (line.text.ends_with('\r')) line.text.pop_back();
    try {
      if (line.text.size() > kLongestLine) {
        throw UserError(
            fmt::format("{}:{}: the line has {} bytes, more than {}", name, number, line.text.size(), kLongestLine));
      }
      check_line(line.text, name, number);
      if (!answers_nothing && normalise(line.text, Tokens::word, false).empty()) {
        throw UserError(fmt::format("{}:{}: the line is empty: there is nothing to answer", name, number));
      }
    } catch (const UserError& error) {
      line.error = error.what();
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Json attention_json(const ExampleAttention& attention) {
  return {{"source", attention.source}, {"target", attention.target}, {"weights", attention.weights}};
}

/// Refuses a page that could not be written once all is answered, or that would take the place of the lines.
void check_page(const std::string& page, const std::string& input) {
  namespace fs = std::filesystem;
  if (page.empty()) throw UserError("--attention names no file; - shows the weights below each answer");
  std::error_code none;
  if (fs::is_directory(page, none)) throw UserError(fmt::format("--attention: '{}' is a folder; name a file in it", page));
  if (fs::equivalent(page, input, none)) {
    throw UserError(fmt::format("--attention: '{}' holds the lines to answer; name another file for the page", page));
  }
  const fs::path folder = fs::path(page).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, none)) {
    throw UserError(fmt::format("--attention: there is no folder '{}' for the page; make it first", folder.string()));
  }
}

class Printer {
 public:
  Printer(const Globals& globals, const PredictOptions& options, std::string attention)
      : json_(globals.json), options_(options), attention_(std::move(attention)) {}

  void print(const Line& line, const Prediction* prediction) {
    if (json_) {
      print_json(line, prediction);
      return;
    }
    if (prediction == nullptr) {
      std::cout << '\n' << std::flush;
      std::cerr << "error: " << line.error << std::endl;
      return;
    }
    if (options_.best > 1) {
      for (const ScoredText& rank : prediction->ranks) {
        std::cout << fmt::format("{}\t{:.4f}\t{}\n", line.number, rank.log_probability, rank.text);
      }
    } else {
      std::cout << prediction->text << '\n';
    }
    if (attention_ == "-" && prediction->attention) {
      std::cout << attention_text(*prediction->attention, terminal_width(STDOUT_FILENO)) << '\n';
    }
  }

 private:
  void print_json(const Line& line, const Prediction* prediction) const {
    Json out{{"line", line.number}};
    if (prediction == nullptr) {
      out["error"] = line.error;
    } else {
      out["answer"] = prediction->text;
      Json ranks = Json::array();
      for (const ScoredText& rank : prediction->ranks) {
        ranks.push_back({{"text", rank.text}});
        if (std::isfinite(rank.log_probability)) ranks.back()["log_probability"] = rank.log_probability;
      }
      if (!ranks.empty()) out["ranks"] = ranks;
      if (prediction->attention) out["attention"] = attention_json(*prediction->attention);
    }
    std::cout << out.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }

  bool json_;
  const PredictOptions& options_;
  std::string attention_;
};

PredictOptions options_of(const Arguments& given, bool json) {
  PredictOptions options;
  options.beam = given.whole_number("beam", 1, 1000);
  options.best = static_cast<int>(given.whole_number("best", 1, 1000).value_or(1));
  options.scores = json;
  options.attention = given.has("attention");
  options.temperature = given.number("temperature", 0, 100).value_or(1);
  options.top_k = static_cast<int>(given.whole_number("top-k", 0, 1'000'000).value_or(0));
  options.length = static_cast<int>(given.whole_number("length", 1, 1'000'000).value_or(100));
  options.seed = static_cast<std::uint64_t>(given.whole_number("seed", 0).value_or(1));
  return options;
}

void add_options(po::options_description& options) {
  const auto word = [](const char* name) { return po::value<std::string>()->value_name(name); };
  auto add = options.add_options();
  add("input", word("FILE"), "lines to answer; - or none: standard input");
  add("beam", word("N"), "translate: beginnings carried on side by side, instead of the run's own; 1: greedy");
  add("best", word("N"),
      "translate: the N best texts of each line, with its number and log probability; the beam holds N at least");
  add("attention", word("FILE"), "translate: what was looked at, as a page of HTML; -: as shaded blocks below each answer");
  add("temperature", word("T"), "language_model: scores are divided by it before a token is drawn; 0: the most probable");
  add("top-k", word("K"), "language_model: draw from the K most probable tokens alone");
  add("length", word("N"), "language_model: at most so many tokens of each answer; default 100");
  add("seed", word("N"), "language_model: of what is drawn; default 1");
  add("threads", word("N"), "default 1");
  add("experiment", word("NAME"), "where @last and @best look; default: the experiment worked on last");
}

int predict(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const PredictOptions options = options_of(*given, globals.json);
  const std::string page = given->text("attention");
  const std::string name = given->text("input", "-");
  flush_denormals();
  set_thread_count(static_cast<int>(given->whole_number("threads", 1, 1024).value_or(1)));
  StoredRun run;
  {
    const auto database = open_for_reading(globals.database);
    run = read_run(*database, find_run(*database, given->positional[0], given->text("experiment")));
  }
  Registry registry;
  load_plugins(run, registry, globals.quiet);
  if (options.attention && page != "-") check_page(page, name);
  const auto predictor = make_predictor(run.spec, registry, run.weights, options);

  std::ifstream file;
  if (name != "-") {
    if (std::filesystem::is_directory(name)) throw UserError(fmt::format("'{}' is a folder, not a file of lines", name));
    file.open(name, std::ios::binary);
    if (!file)
      throw UserError(fmt::format("cannot read '{}'; --input names a file of lines, or - for standard input", name));
  }
  std::istream& input = name == "-" ? std::cin : file;
  const std::string shown = name == "-" ? "standard input" : name;
  const std::size_t at_once = name == "-" && is_terminal(STDIN_FILENO) ? 1 : 512;
  Printer printer(globals, options, page);
  std::vector<ExampleAttention> looked;
  std::int64_t number = 0;
  bool all_answered = true;
  while (true) {
    const std::vector<Line> lines = read_some(input, shown, number, at_once, predictor->answers_nothing());
    if (lines.empty()) break;
    std::vector<std::string> good;
    for (const Line& line : lines) {
      if (line.error.empty()) good.push_back(line.text);
    }
    const std::vector<Prediction> predictions = predictor->predict(good);
    const auto blind = [](const Prediction& prediction) { return !prediction.attention; };
    if (options.attention && !predictions.empty() && std::ranges::all_of(predictions, blind)) {
      throw UserError(
          fmt::format("the model of run #{} does not look at its source: there is no attention to show", run.id));
    }
    std::size_t next = 0;
    for (const Line& line : lines) {
      const Prediction* prediction = line.error.empty() ? &predictions[next++] : nullptr;
      all_answered = all_answered && prediction != nullptr;
      printer.print(line, prediction);
      if (prediction != nullptr && prediction->attention && page != "-") looked.push_back(*prediction->attention);
    }
    std::cout << std::flush;
  }
  if (options.attention && page != "-") {
    std::ofstream out(page, std::ios::binary);
    out << attention_page(fmt::format("Attention of run #{}", run.id), looked);
    if (!out.flush()) throw EnvironmentError(fmt::format("cannot write '{}'", page));
  }
  return all_answered ? 0 : 1;
}

}  // namespace

Command predict_command() {
  Command command{"predict",
                  "answers of a trained run to lines of text: translations, classes, tags, continuations",
                  "predict RUN|@last|@best [--input FILE|-] [--beam N] [--best N] [--attention FILE]",
                  {},
                  add_options,
                  {1, 1, "RUN"}};
  command.run = [command](const auto& arguments, const auto& globals) { return predict(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
