#include "results/migration.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"
#include "results/embedded.h"
#include "results/wide_view.h"

namespace seqlab {
namespace {

struct View {
  std::string name;
  std::string sql;
};

std::vector<View> views_of(Database& database) {
  std::vector<View> views;
  Statement query = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY rowid");
  while (query.step()) views.push_back({query.text(0), query.text(1)});
  return views;
}

/// The statements of the schema that make views, in order. Every statement of the file begins a line.
std::vector<View> views_of_schema() {
  static constexpr std::string_view kStart = "\nCREATE VIEW ";
  std::vector<View> views;
  for (auto place = kSchemaSql.find(kStart); place != std::string_view::npos; place = kSchemaSql.find(kStart, place + 1)) {
    const std::string_view statement = kSchemaSql.substr(place + 1, kSchemaSql.find(';', place) - place);
    const std::string_view name = statement.substr(kStart.size() - 1);
    views.push_back({std::string(name.substr(0, name.find(' '))), std::string(statement)});
  }
  return views;
}

}  // namespace

void bring_up_to_date(Database& database, std::int64_t from) {
  const std::vector<View> before = views_of(database);
  const std::vector<View> current = views_of_schema();
  expect(!current.empty(), "the schema has views");
  // A table that a view looks at cannot be renamed.
  for (const View& view : before) database.execute("DROP VIEW " + quoted_identifier(view.name));
  std::int64_t version = from;
  for (const Migration& migration : migrations()) {
    if (migration.version <= from) continue;
    expect(migration.version == version + 1, "a migration leads from each version to the next");
    database.execute(std::string(migration.sql));
    version = migration.version;
  }
  expect(version == kSchemaVersion, "the last migration leads to the schema's version");
  for (const View& view : current) database.execute(view.sql);
  for (const View& view : before) {
    const bool remade = std::ranges::find(current, view.name, &View::name) != current.end();
    if (!remade) database.execute(view.sql);
  }
  Statement broken = database.prepare("PRAGMA foreign_key_check");
  if (broken.step()) {
    throw EnvironmentError(fmt::format("{} cannot be brought up to date: a row of '{}' names one that is not there",
                                       name_of_database(database.path()), broken.text(0)));
  }
  broken.reset();
  database.execute(fmt::format("PRAGMA user_version = {}", version));
}

}  // namespace seqlab
