// `seqlab keys`: what an experiment file may say beyond its plugins' options.

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/suggest.h"
#include "experiment/task.h"
#include "experiment/train_options.h"
#include "sequence/attention_options.h"

namespace seqlab {
namespace {

int list_keys(const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, keys_command());
  if (!given) return 0;
  const auto train = train_schema();
  const auto run = run_schema();
  const auto attention = attention_schema();
  struct Table {
    std::string name;
    const OptionTable& options;
    std::string task;  // "": of all tasks
  };
  std::vector<Table> tables;
  for (const Task& task : tasks()) tables.push_back({"data", *task.data, task.name});
  tables.push_back({"attention", attention, ""});
  tables.push_back({"train", train, ""});
  tables.push_back({"run", run, ""});
  const std::string wanted = given->positional.empty() ? "" : given->positional.front();
  nlohmann::json json = nlohmann::json::object();
  std::vector<std::string> names;
  for (const Table& table : tables) {
    if (names.empty() || names.back() != table.name) names.push_back(table.name);
    if (!wanted.empty() && wanted != table.name) continue;
    if (globals.json) {
      (table.task.empty() ? json[table.name] : json[table.name][table.task]) = option_json(table.options);
    } else {
      std::cout << fmt::format("[{}]{}   {}\n", table.name,
                               table.task.empty() ? "" : fmt::format(" task = \"{}\"", table.task), table.options.summary())
                << in_columns(option_rows(table.options), "  ", terminal_width(STDOUT_FILENO)) << '\n';
      json[table.name] = nullptr;
    }
  }
  if (json.empty()) throw UserError(fmt::format("no table named '{}'; {}", wanted, suggestion(wanted, names)));
  if (globals.json) {
    std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else if (!globals.quiet) {
    std::cerr << "the options of plugins: seqlab plugins KIND/NAME" << std::endl;
  }
  std::cout << std::flush;
  return 0;
}

}  // namespace

Command keys_command() {
  return {"keys",
          "what an experiment file may say in [data], [attention], [train] and [run]",
          "keys [data|attention|train|run]",
          list_keys,
          nullptr,
          {0, 1, "data|attention|train|run"}};
}

}  // namespace seqlab
