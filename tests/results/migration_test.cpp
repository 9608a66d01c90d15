#include "results/migration.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "results/embedded.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

/// A database as seqlab made it when its schema had this version.
void make_old(const std::string& path, const std::string& schema, const std::string& rows) {
  std::ifstream file(std::string(SEQLAB_TESTS_FOLDER) + "/golden/" + schema);
  const std::string sql{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(sql.empty());
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  const auto run = [&](const std::string& text) {
    char* message = nullptr;
    const int code = sqlite3_exec(connection, text.c_str(), nullptr, nullptr, &message);
    INFO((message == nullptr ? "" : message));
    CHECK(code == SQLITE_OK);
    sqlite3_free(message);
  };
  run(sql);
  run(rows);
  sqlite3_close(connection);
}

constexpr const char* kRows = R"(
  INSERT INTO experiment VALUES (1, 'scores', 'f', 't', 'translate', 'valid/exact', 1, 'v_exp_scores', 'then', 'now');
  INSERT INTO factor VALUES (1, 0, 'parts.cell');
  INSERT INTO variant VALUES (7, 'h', '{"parts.cell":"lstm"}');
  INSERT INTO param VALUES (7, 'parts.cell', 'text', 'lstm');
  INSERT INTO run (id, variant, seed, code, state, uuid, experiment, created, seconds)
    VALUES (41, 7, 1, 'c', 'done', 'u-41', 1, 'then', 2.5);
  INSERT INTO experiment_run VALUES (1, '["lstm"]', 1, 41, 0, 'lstm');
  INSERT INTO metric VALUES (3, 'valid/exact', 'max'), (4, 'train/loss', 'min');
  INSERT INTO point VALUES (41, 3, 10, 0.25, 0.5), (41, 3, 20, 1.0, NULL), (41, 4, 10, 0.3333, 1e300);
  INSERT INTO result VALUES (41, 3, 'best', 2, 0.75);
  INSERT INTO example VALUES (41, 'test', 0, 's', 'p', 'r', 1.0);
  INSERT INTO event (run, time, kind) VALUES (41, 'then', 'done');
  CREATE VIEW v_exp_scores AS SELECT run.id AS run, (SELECT value FROM result WHERE result.run = run.id) AS "valid/exact"
    FROM run;
  CREATE VIEW "my ""own""" AS SELECT count(*) AS points FROM point;
)";

/// Columns of all tables and the text of all views: what programs can see of a schema.
std::string shape(Database& database) {
  return ask(
      database,
      "SELECT group_concat(line, char(10)) FROM (SELECT m.type || ' ' || m.name || ' ' || coalesce(c.name, '') || ' ' || "
      "coalesce(c.type, '') || ' ' || coalesce(c.\"notnull\", '') || ' ' || coalesce(c.pk, '') || ' ' || "
      "CASE m.type WHEN 'view' THEN m.sql ELSE '' END AS line FROM sqlite_master AS m "
      "LEFT JOIN pragma_table_info(m.name) AS c ON m.type = 'table' ORDER BY m.type, m.name, c.cid)");
}

}  // namespace

TEST_CASE("a database of version 1 is brought up to date with all its rows") {
  const Folder folder;
  const std::string path = folder.file("old.db");
  make_old(path, "schema_1.sql", kRows);
  const Access access = GENERATE(Access::write, Access::read);
  Database database(path, access);
  CHECK(ask(database, "PRAGMA user_version") == std::to_string(kSchemaVersion));
  CHECK(ask(database, "PRAGMA integrity_check") == "ok");
  CHECK(ask(database,
            "SELECT group_concat(metric || ' ' || step || ' ' || epoch || ' ' || coalesce(value, 'NaN'), ', ') "
            "FROM v_curve WHERE run = 41") ==
        "valid/exact 10 0.25 0.5, valid/exact 20 1.0 NaN, train/loss 10 0.333 1.0e+300");
  CHECK(ask(database, "SELECT \"valid/exact\" FROM v_exp_scores WHERE run = 41") == "0.75");
  CHECK(ask(database, "SELECT points FROM \"my \"\"own\"\"\"") == "3");
  CHECK(ask(database, "SELECT mean FROM v_compare") == "0.75");
  CHECK(ask(database, "SELECT uuid || state || seconds FROM run") == "u-41done2.5");
  CHECK(ask(database, "SELECT count(*) FROM example") == "1");
  CHECK(ask(database, "SELECT count(*) FROM tag") == "0");
}

TEST_CASE("a database that was brought up to date is like a new one") {
  const Folder folder;
  make_old(folder.file("old.db"), "schema_1.sql", "");
  Database old(folder.file("old.db"), Access::write);
  Database fresh(folder.file("new.db"), Access::write);
  CHECK(shape(old) == shape(fresh));
  CHECK(shape(fresh).find("view v_curve") != std::string::npos);
  CHECK(shape(fresh).find("table point epoch INTEGER") != std::string::npos);
  CHECK(ask(old, "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name)") ==
        ask(fresh, "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name)"));
}

TEST_CASE("a migration that fails leaves the file as it was") {
  const Folder folder;
  const std::string path = folder.file("odd.db");
  make_old(path, "schema_1.sql", std::string(kRows) + "CREATE TABLE tag (mine TEXT);");  // in the way of version 2
  CHECK_THROWS_AS(Database(path, Access::write), EnvironmentError);
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  std::string found;
  const auto note = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) += std::string(values[0]) + ' ';
    return 0;
  };
  CHECK(sqlite3_exec(connection,
                     "SELECT user_version FROM pragma_user_version; SELECT count(*) FROM point; SELECT max(epoch) FROM "
                     "point; SELECT \"valid/exact\" FROM v_exp_scores",
                     note, &found, nullptr) == SQLITE_OK);
  CHECK(found == "1 3 1.0 0.75 ");
  sqlite3_close(connection);
}

TEST_CASE("there is a migration to every version from the first") {
  std::int64_t version = 1;
  for (const Migration& migration : migrations()) CHECK(migration.version == ++version);
  CHECK(version == kSchemaVersion);
}
