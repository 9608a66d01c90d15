#include "cli/compare.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "results/comparison_table.h"
#include "results/contrast_table.h"
#include "results/effect.h"
#include "results/efficiency.h"

namespace seqlab {
namespace {

constexpr std::int64_t kMostSamples = 10'000'000;

/// What is asked of a comparison; without any of the first three, its table.
struct Question {
  ComparisonQuery query;
  ComparisonLayout layout;
  std::string baseline, effect, per;
  std::int64_t bootstrap = 0;  // samples; 0: none
  std::uint64_t seed = 1;
  TableFormat format = TableFormat::table;
};

struct Answer {
  std::string text;  // for a person
  TextTable rows;    // for all other formats
};

Answer answer(Database& database, const Question& question) {
  const Comparison comparison = load_comparison(database, question.query);
  const bool rounded = is_for_print(question.format);
  if (!question.baseline.empty()) {
    Contrasts contrasts = contrasts_with(comparison, question.baseline);
    if (question.bootstrap > 0) {
      add_bootstrap(contrasts, database, comparison.metric, question.bootstrap, question.seed);
    }
    return {render(comparison, contrasts), contrast_rows(comparison, contrasts, rounded)};
  }
  if (!question.effect.empty()) {
    const Effect effect = effect_of(comparison, question.effect);
    return {render(comparison, effect), effect_rows(comparison, effect, rounded)};
  }
  if (!question.per.empty()) {
    const Cost cost = cost_named(question.per);
    const auto costs = costs_of(comparison, cost);
    return {render(comparison, costs, cost), cost_rows(comparison, costs, cost, rounded)};
  }
  // Drawn also where it is not printed: a wrong --rows is an error in every format.
  return {render(comparison, question.layout), variant_rows(comparison, rounded)};
}

void print(const std::string& path, const Question& question) {
  const auto database = open_for_reading(path);
  const Answer found = answer(*database, question);
  std::cout << (question.format == TableFormat::table ? found.text : to_text(found.rows, question.format)) << std::flush;
}

void add_options(po::options_description& options) {
  const auto word = [](const char* name) { return po::value<std::string>()->value_name(name); };
  auto add = options.add_options();
  add("rows", word("KEY"), "factor that goes down; default: the first");
  add("cols", word("KEY|none"), "factor that goes across; default: the first other one that all variants have");
  add("only", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
      "leave out other values of a factor, a setting or the seed (KEY=A,B keeps several); may be repeated");
  add("metric", word("METRIC"), "such as test/bleu; default: the experiment's own");
  add("which", word("best|last"), "value at the best epoch (default) or the last");
  add("baseline", word("KEY=VALUE"),
      "test the others against this value (KEY=VALUE,..., or none alone) or variant (none/lstm), over runs equal in all "
      "else: exact "
      "sign-flip test, Holm's adjustment");
  add("bootstrap", word("N"), "with --baseline: paired bootstrap over the stored examples, N samples");
  add("bootstrap-seed", word("N"), "seed of its samples; default 1");
  add("effect", word("KEY"), "the mean of each value of a factor over all matched blocks");
  add("per", word("seconds|parameters"), "quality per second of training, or per million parameters");
  add("format", word("WORD"), "table (default), csv, json, markdown or latex");
}

/// Options of one question are refused in another: in silence they would do nothing.
void check_together(const Arguments& given) {
  std::string question;
  for (const char* name : {"baseline", "effect", "per"}) {
    if (!given.has(name)) continue;
    if (!question.empty())
      throw UserError(fmt::format("--{} and --{} are two questions; ask them one by one", question, name));
    question = name;
  }
  for (const char* name : {"rows", "cols"}) {
    if (given.has(name) && !question.empty()) throw UserError(fmt::format("--{} does not go with --{}", name, question));
  }
  if (given.has("bootstrap") && question != "baseline") {
    throw UserError("--bootstrap needs --baseline: what to compare the others with");
  }
  if (given.has("bootstrap-seed") && !given.has("bootstrap")) throw UserError("--bootstrap-seed goes with --bootstrap");
}

int compare(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  check_together(*given);
  Question question;
  question.query = {given->positional[0], given->text("metric"), given->text("which", "best"), {}};
  for (const auto& only : given->texts("only")) question.query.only.push_back(key_and_value(only, "--only"));
  question.layout = {given->text("rows"), given->text("cols")};
  question.baseline = given->text("baseline");
  question.effect = given->text("effect");
  question.per = given->text("per");
  question.bootstrap = given->whole_number("bootstrap", 1, kMostSamples).value_or(0);
  question.seed = static_cast<std::uint64_t>(given->whole_number("bootstrap-seed", 1).value_or(1));
  question.format = table_format(given->text("format", globals.json ? "json" : "table"));
  print(globals.database, question);
  return 0;
}

}  // namespace

int print_comparison(const std::string& database, const std::string& experiment, const std::string& format) {
  Question question;
  question.query.experiment = experiment;
  question.format = table_format(format);
  print(database, question);
  return 0;
}

Command compare_command() {
  Command command{"compare",
                  "mean and spread over seeds, variant by variant; tests against a baseline, effects, costs",
                  "compare EXPERIMENT [--rows KEY] [--cols KEY] [--only KEY=VALUE]... [--metric METRIC] [--which best|last] "
                  "[--baseline KEY=VALUE [--bootstrap N]] [--effect KEY] [--per seconds|parameters] "
                  "[--format table|csv|json|markdown|latex]",
                  {},
                  add_options,
                  {1, 1, "EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return compare(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
