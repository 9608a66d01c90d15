#include "cli/compare.h"

#include <iostream>

#include "cli/arguments.h"
#include "cli/read_database.h"
#include "results/comparison_table.h"

namespace seqlab {
namespace {

void print(const std::string& path, const ComparisonQuery& query, const ComparisonLayout& layout, TableFormat format) {
  const auto database = open_for_reading(path);
  const Comparison comparison = load_comparison(*database, query);
  const std::string drawn =
      render(comparison, layout);  // also where it is not printed: a wrong --rows is an error in every format
  if (format == TableFormat::table) {
    std::cout << drawn << std::flush;
  } else {
    std::cout << to_text(variant_rows(comparison, format == TableFormat::markdown), format) << std::flush;
  }
}

void add_options(po::options_description& options) {
  const auto word = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("rows", word("KEY"), "factor that goes down; default: the first")(
      "cols", word("KEY|none"), "factor that goes across; default: the second")(
      "only", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
      "leave out other values of a factor; may be repeated")("metric", word("METRIC"),
                                                             "such as test/bleu; default: the experiment's own")(
      "which", word("best|last"), "value at the best epoch (default) or the last")("format", word("WORD"),
                                                                                   "table (default), csv, json or markdown");
}

int compare(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  ComparisonQuery query{given->positional[0], given->text("metric"), given->text("which", "best"), {}};
  for (const auto& only : given->texts("only")) query.only.push_back(key_and_value(only, "--only"));
  const TableFormat format = table_format(given->text("format", globals.json ? "json" : "table"));
  print(globals.database, query, {given->text("rows"), given->text("cols")}, format);
  return 0;
}

}  // namespace

int print_comparison(const std::string& database, const std::string& experiment, const std::string& format) {
  print(database, {experiment, "", "best", {}}, {}, table_format(format));
  return 0;
}

Command compare_command() {
  Command command{"compare",
                  "mean and spread over seeds, variant by variant",
                  "compare EXPERIMENT [--rows KEY] [--cols KEY] [--only KEY=VALUE]... [--metric METRIC] [--which best|last] "
                  "[--format table|csv|json|markdown]",
                  {},
                  add_options,
                  {1, 1, "EXPERIMENT"}};
  command.run = [command](const auto& arguments, const auto& globals) { return compare(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
