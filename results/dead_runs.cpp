#include "results/dead_runs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "core/error.h"
#include "results/process_identity.h"

namespace seqlab {

std::vector<std::int64_t> dead_runs(Database& database) {
  std::vector<std::int64_t> dead;
  const std::string boot = boot_id();
  Statement query =
      database.prepare("SELECT id, pid, pid_start, owner, owner_start, boot FROM run WHERE state = 'running' AND host = ?");
  query.bind_all(host_name());
  while (query.step()) {
    const ProcessIdentity worker{query.integer(1), query.maybe_integer(2)};
    const ProcessIdentity owner{query.integer(3), query.maybe_integer(4)};
    const bool alive = query.text(5) == boot && (is_alive(worker) || is_alive(owner));
    if (!alive) dead.push_back(query.integer(0));
  }
  return dead;
}

void see_dead_as_lost(Database& database) {
  const std::vector<std::int64_t> dead = dead_runs(database);
  if (dead.empty()) return;
  const std::string ids = fmt::format("{}", fmt::join(dead, ", "));
  std::vector<std::string> columns;
  Statement names = database.prepare("SELECT name FROM pragma_table_info('run')");
  while (names.step()) {
    const std::string name = names.text(0);
    const std::string word = name == "state" ? "lost" : name == "reason" ? std::string(kLostReason) : "";
    columns.push_back(word.empty() ? name
                                   : fmt::format("CASE WHEN id IN ({}) THEN '{}' ELSE {} END AS {}", ids, word, name, name));
  }
  names.reset();
  // A view of the file looks at the file's own tables, a temporary one at temporary ones first.
  std::vector<std::string> statements{
      fmt::format("CREATE TEMP VIEW run AS SELECT {} FROM main.run", fmt::join(columns, ", "))};
  static constexpr std::string_view kStart = "CREATE VIEW ";
  Statement views = database.prepare("SELECT sql FROM main.sqlite_master WHERE type = 'view' ORDER BY rowid");
  while (views.step()) {
    const std::string sql = views.text(0);
    expect(sql.starts_with(kStart), "SQLite stores views with the words that make them");
    statements.push_back(fmt::format("CREATE TEMP VIEW {}", sql.substr(kStart.size())));
  }
  views.reset();
  database.execute("PRAGMA temp_store = MEMORY");
  for (const std::string& statement : statements) database.execute(statement);
}

}  // namespace seqlab
