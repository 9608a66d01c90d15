#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <map>

#include "cli/arguments.h"
#include "cli/fitted_table.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "core/suggest.h"
#include "experiment/variant_label.h"
#include "results/comparison.h"
#include "results/embedded.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

using Values = std::map<std::string, std::string>;  // of :name parameters

std::string summary_of(const NamedQuery& query) {
  std::string_view line = query.sql.substr(0, query.sql.find('\n'));
  if (line.starts_with("-- ")) line.remove_prefix(3);
  return std::string(line);
}

void list_named(TableFormat format) {
  if (format != TableFormat::table) {
    TextTable table{{{"name"}, {"answers"}}, {}};
    for (const auto& query : named_queries()) table.rows.push_back({'@' + std::string(query.name), summary_of(query)});
    std::cout << to_text(table, format) << std::flush;
    return;
  }
  for (const auto& query : named_queries()) {
    std::cout << '@' << query.name << "\n    " << wrapped(summary_of(query), 76, "    ") << '\n';
  }
  std::cout << std::flush;
}

std::string named_sql(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& query : named_queries()) {
    if (query.name == name) return std::string(query.sql);
    known.emplace_back(query.name);
  }
  throw NothingMatched(fmt::format("no query named '@{}'; {}", name, suggestion(name, known)));
}

std::string query_text(const Arguments& given) {
  if (!given.positional.empty()) {
    const std::string& word = given.positional[0];
    return word.starts_with('@') ? named_sql(word.substr(1)) : word;
  }
  if (::isatty(STDIN_FILENO) != 0) {
    throw UserError(
        "no query; write one (seqlab sql 'SELECT * FROM v_compare'), pipe one in, or choose one of `seqlab sql @`");
  }
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

void bind_value(Statement& statement, int parameter, const std::string& text) {
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  double real = 0;
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc{} && read.ptr == end) {
    statement.bind(parameter, integer);
  } else if (const auto number = std::from_chars(text.data(), end, real); number.ec == std::errc{} && number.ptr == end) {
    statement.bind(parameter, real);
  } else {
    statement.bind(parameter, text);
  }
}

/// Parameters without a value stay NULL.
void bind_values(Statement& statement, const Values& values) {
  for (int p = 1; p <= statement.parameter_count(); ++p) {
    const std::string name = statement.parameter_name(p);
    if (name.empty()) throw UserError("a '?' in a query has no name to be given a value by; write :name");
    if (const auto found = values.find(name.substr(1)); found != values.end()) bind_value(statement, p, found->second);
  }
}

TableCell cell_at(const Statement& statement, int column) {
  switch (statement.type(column)) {
    case Statement::Type::null: return std::monostate{};
    case Statement::Type::integer: return statement.integer(column);
    case Statement::Type::real: return statement.real(column);
    case Statement::Type::text: return statement.text(column);
    case Statement::Type::blob: return fmt::format("<{} bytes>", statement.text(column).size());
  }
  return std::monostate{};
}

std::vector<TableCell> row_of(const Statement& statement) {
  std::vector<TableCell> row;
  for (int c = 0; c < statement.columns(); ++c) row.push_back(cell_at(statement, c));
  return row;
}

void print_rows(Statement& statement, TableFormat format) {
  TextTable table;
  for (int c = 0; c < statement.columns(); ++c) table.columns.push_back({statement.column_name(c)});
  if (format != TableFormat::csv) {
    while (statement.step()) table.rows.push_back(row_of(statement));
    std::cout << fitted(table, format);
    return;
  }
  std::cout << to_text(table, format);  // the head; rows follow one by one, however many there are
  while (statement.step()) {
    std::vector<std::string> fields;
    for (const auto& cell : row_of(statement)) fields.push_back(raw_text(cell));
    std::cout << csv_line(fields);
  }
}

UserError refusal() {
  return UserError(
      "`seqlab sql` is read-only: the query would change the database or attach another; to change something, use the "
      "sqlite3 shell "
      "on a copy");
}

UserError explain(const DatabaseError& error, Database& database) {
  std::string text = error.what();
  static constexpr std::string_view kNoTable = "no such table: ";
  if (const auto place = text.find(kNoTable); place != std::string::npos) {
    std::vector<std::string> known;
    Statement query =
        database.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type DESC, name");
    while (query.step()) known.push_back(query.text(0));
    text += "; " + suggestion(text.substr(place + kNoTable.size()), known);
  }
  return UserError(text);
}

void run_statements(Database& database, std::string_view sql, const Values& values, TableFormat format) {
  bool first = true;
  while (!sql.empty()) {
    Statement statement(database, sql, sql);
    if (statement.empty()) continue;
    if (!statement.read_only()) throw refusal();
    bind_values(statement, values);
    if (!first) std::cout << '\n';
    first = false;
    print_rows(statement, format);
  }
  std::cout << std::flush;
  if (first) throw UserError("the query is empty");
}

/// Before anything is printed: a misspelt parameter would be NULL in silence.
void check_names(Database& database, std::string_view sql, const Values& values) {
  if (values.empty()) return;
  std::vector<std::string> known;
  while (!sql.empty()) {
    Statement statement(database, sql, sql);
    for (int p = 1; !statement.empty() && p <= statement.parameter_count(); ++p) {
      if (const std::string name = statement.parameter_name(p); !name.empty()) known.push_back(name.substr(1));
    }
  }
  for (const auto& [name, value] : values) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw UserError(
        fmt::format("the query has no parameter :{}; {}", name, known.empty() ? "it has none" : suggestion(name, known)));
  }
}

/// The experiment that a named query looks at.
std::string experiment_meant(Database& database, const Values& values) {
  if (const auto given = values.find("experiment"); given != values.end()) return given->second;
  Statement newest = database.prepare("SELECT name FROM experiment ORDER BY updated DESC, id DESC LIMIT 1");
  return newest.step() ? newest.text(0) : "";
}

std::vector<std::string> texts_of(Database& database, const std::string& sql, const std::string& argument) {
  std::vector<std::string> texts;
  Statement query = database.prepare(sql);
  if (query.parameter_count() > 0) query.bind_all(argument);
  while (query.step()) texts.push_back(query.text(0));
  return texts;
}

/// The values of named queries that name something: what is not there would give an empty answer, or one to another
/// question. Runs become their numbers. NothingMatched.
void check_values(Database& database, Values& values) {
  if (const auto given = values.find("experiment"); given != values.end()) find_experiment(database, given->second);
  for (const char* name : {"run", "a", "b"}) {
    const auto given = values.find(name);
    if (given == values.end()) continue;
    try {
      given->second = fmt::format("{}", find_run(database, given->second, ""));
    } catch (const UserError& error) {
      throw NothingMatched(error.what());
    }
  }
  for (const char* name : {"rows", "cols", "factor"}) {
    const auto given = values.find(name);
    if (given == values.end()) continue;
    const std::string experiment = experiment_meant(database, values);
    const std::vector<std::string> keys = texts_of(
        database, "SELECT key FROM factor JOIN experiment ON experiment.id = experiment WHERE name = ? ORDER BY position",
        experiment);
    const bool known = std::ranges::any_of(
        keys, [&](const std::string& key) { return key == given->second || key.ends_with("." + given->second); });
    if (known) continue;
    throw NothingMatched(
        fmt::format("{}: experiment '{}' has no factor '{}'; {}", name, experiment, given->second,
                    keys.empty() ? "it varies nothing but the seed" : suggestion(given->second, short_names(keys))));
  }
  if (const auto given = values.find("metric"); given != values.end()) {
    const std::vector<std::string> known = texts_of(database, "SELECT name FROM metric ORDER BY name", "");
    if (std::ranges::find(known, given->second) == known.end()) {
      throw NothingMatched(fmt::format("no metric '{}'; {}", given->second, suggestion(given->second, known)));
    }
  }
}

void add_options(po::options_description& options) {
  options.add_options()("format", po::value<std::string>()->value_name("WORD"),
                        "table (default), csv, json, markdown or latex");
}

int sql(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const TableFormat format = table_format(given->text("format", globals.json ? "json" : "table"));
  if (given->positional.size() == 1 && given->positional[0] == "@") {
    list_named(format);
    return 0;
  }
  const std::string text = query_text(*given);
  Values values;
  for (std::size_t i = 1; i < given->positional.size(); ++i)
    values.insert(key_and_value(given->positional[i], "a parameter"));
  reap_lost_runs(globals.database);
  const auto database = open_for_reading(globals.database);
  if (!given->positional.empty() && given->positional[0].starts_with('@')) check_values(*database, values);
  database->lock_down();
  try {
    check_names(*database, text, values);
    run_statements(*database, text, values, format);
  } catch (const DatabaseError& error) {
    if (error.is_refused()) throw refusal();
    if (error.is_query_error()) throw explain(error, *database);
    throw;
  }
  return 0;
}

}  // namespace

Command sql_command() {
  Command command{
      "sql",
      "read-only queries on the database, from the argument or stdin; @ lists the named ones, @NAME runs one; NAME=VALUE "
      "gives :NAME a value",
      "sql [QUERY|@NAME|@] [NAME=VALUE]... [--format table|csv|json|markdown|latex]",
      {},
      add_options,
      {0, Positional::kAnyNumber, "QUERY"}};
  command.run = [command](const auto& arguments, const auto& globals) { return sql(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
