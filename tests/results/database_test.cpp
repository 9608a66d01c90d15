#include "results/database.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

#include "catch.h"
#include "fixture.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

void write_file(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

std::string message(const std::function<void()>& action) {
  try {
    action();
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

std::string opening(const std::string& path, Access access) {
  return message([&] { const Database database(path, access); });
}

/// What opening says to somebody without root's rights.
std::string opening_as_nobody(const std::string& path, Access access) {
  if (::geteuid() != 0) return opening(path, access);
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    const std::string text = ::setuid(kNobody) == 0 ? opening(path, access) : "no setuid";
    const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 512> buffer{};
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

}  // namespace

TEST_CASE("a new database has the schema, the log and the marks of seqlab") {
  const Folder folder;
  Database database(folder.file("new.db"), Access::write);
  CHECK(ask(database, "PRAGMA user_version") == std::to_string(kSchemaVersion));
  CHECK(ask(database, "PRAGMA journal_mode") == "wal");
  CHECK(ask(database, "PRAGMA foreign_keys") == "1");
  CHECK(ask(database, "PRAGMA busy_timeout") == "30000");
  CHECK(ask(database,
            "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND NOT strict") ==
        "0");
  CHECK(ask(database, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("Student's quantiles of the schema are Boost's") {
  const Folder folder;
  Database database(folder.file("t.db"), Access::write);
  Statement query = database.prepare("SELECT df, quantile FROM student_t ORDER BY df");
  int rows = 0;
  for (; query.step(); ++rows) {
    const boost::math::students_t law(query.real(0));
    CHECK(query.real(1) == Approx(boost::math::quantile(law, 0.975)).epsilon(1e-12));
  }
  CHECK(rows > 100);
  CHECK(ask(database, "SELECT count(*) FROM student_t WHERE df BETWEEN 1 AND 30") == "30");
}

TEST_CASE("values come back as they were bound") {
  const Folder folder;
  Database database(folder.file("v.db"), Access::write);
  Statement query = database.prepare("SELECT ?, ?, ?, ?, ?");
  query.bind_all(std::int64_t{1} << 62, 0.1, "x\0y", std::nullopt, std::nan(""));
  query.bind(3, std::string_view("x\0y", 3));
  REQUIRE(query.step());
  CHECK(query.integer(0) == std::int64_t{1} << 62);
  CHECK(query.real(1) == 0.1);
  CHECK(query.text(2) == std::string("x\0y", 3));
  CHECK(query.is_null(3));
  CHECK(query.is_null(4));
  CHECK(std::isnan(query.real(4)));
  CHECK_FALSE(query.step());
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  const Folder folder;
  Database database(folder.file("t.db"), Access::write);
  {
    Transaction transaction(database);
    database.execute("INSERT INTO metric (name) VALUES ('a')");
  }
  CHECK(ask(database, "SELECT count(*) FROM metric") == "0");
  Transaction transaction(database);
  database.execute("INSERT INTO metric (name) VALUES ('a')");
  transaction.commit();
  CHECK(ask(database, "SELECT count(*) FROM metric") == "1");
}

TEST_CASE("a text in an integer column is refused, and the error names the file") {
  const Folder folder;
  Database database(folder.file("strict.db"), Access::write);
  CHECK_THROWS_WITH(database.execute("INSERT INTO student_t VALUES ('many', 1)"), ContainsSubstring("strict.db"));
}

TEST_CASE("files that are no database each have their own words") {
  const Folder folder;
  const std::string path = folder.file("file.db");

  CHECK_THAT(opening(folder.path().string(), Access::write), ContainsSubstring("is a folder"));
  CHECK_THAT(opening(folder.path().string(), Access::read), ContainsSubstring("--db"));
  CHECK_THAT(opening(folder.file("absent/x.db"), Access::write), ContainsSubstring("there is no folder"));
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("does not exist"));

  write_file(path, "just some text that is long enough to be anything at all");
  CHECK_THAT(opening(path, Access::write), ContainsSubstring("is not a database"));
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("is not a database"));
  write_file(path, "short");
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("is not a database"));

  write_file(path, "");
  // Another process may be about to fill it: nothing is there yet, and nothing is wrong.
  CHECK_THROWS_AS(Database(path, Access::read), NothingMatched);
  CHECK_THROWS_WITH(Database(path, Access::read), ContainsSubstring("is empty"));
  CHECK(opening(path, Access::write).empty());  // what `touch` makes is as good as none
  CHECK(opening(path, Access::read).empty());
}

TEST_CASE("a damaged database is told from a good one") {
  const Folder folder;
  const std::string path = folder.file("damaged.db");
  { const Database database(path, Access::write); }
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file << std::string(8000, '\x5a');
  file.close();
  const std::string text = opening(path, Access::write);
  CHECK_THAT(text, ContainsSubstring("damaged.db"));
  CHECK_THAT(text, ContainsSubstring("damaged ("));
  CHECK_THAT(text, ContainsSubstring(".recover"));
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("damaged ("));
}

TEST_CASE("the database of another program is left alone") {
  const Folder folder;
  const std::string path = folder.file("other.db");
  {
    Database database(path, Access::write);
    database.execute("PRAGMA application_id = 77");
  }
  CHECK_THAT(opening(path, Access::write), ContainsSubstring("another program"));
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("another program"));
}

TEST_CASE("a database of a newer seqlab is left alone") {
  const Folder folder;
  const std::string path = folder.file("newer.db");
  {
    Database database(path, Access::write);
    database.execute("PRAGMA user_version = 99");
  }
  CHECK_THAT(opening(path, Access::write),
             ContainsSubstring("newer seqlab (its version 99, this program reads up to " + std::to_string(kSchemaVersion)));
  CHECK_THAT(opening(path, Access::read), ContainsSubstring("newer seqlab"));
}

TEST_CASE("rights that are missing are named") {
  const Folder folder;
  const std::string path = folder.file("rights.db");
  { const Database database(path, Access::write); }
  namespace fs = std::filesystem;

  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(path, fs::perms(0444));
  CHECK_THAT(opening_as_nobody(path, Access::write), ContainsSubstring("is read-only"));

  fs::permissions(folder.path(), fs::perms(0555));
  CHECK(opening_as_nobody(path, Access::read).empty());  // an archive on a read-only disk is still good for reading
  fs::permissions(path, fs::perms::all);
  CHECK_THAT(opening_as_nobody(path, Access::write), ContainsSubstring("its folder"));
  CHECK_THAT(opening_as_nobody(folder.file("new.db"), Access::write), ContainsSubstring("no permission to write in"));

  fs::permissions(path, fs::perms::none);
  CHECK_THAT(opening_as_nobody(path, Access::read), ContainsSubstring("no permission to read"));
  fs::permissions(folder.path(), fs::perms::owner_all);
  if (::geteuid() == 0) CHECK_THAT(opening_as_nobody(path, Access::read), ContainsSubstring("cannot be reached"));
}

TEST_CASE("network file systems are known by their numbers") {
  CHECK(network_file_system(0x6969) == "NFS");
  CHECK(network_file_system(static_cast<std::int32_t>(0xff534d42)) == "CIFS");  // f_type is signed on some machines
  CHECK(network_file_system(0xef53).empty());                                   // ext4
  CHECK(network_file_system(0x01021994).empty());                               // tmpfs
}

TEST_CASE("SQLite's errors get a remedy") {
  CHECK_THAT(describe_sqlite_error(13, ""), ContainsSubstring("disk is full"));
  CHECK_THAT(describe_sqlite_error(5, ""), ContainsSubstring("another process"));
  CHECK_THAT(describe_sqlite_error(8, ""), ContainsSubstring("read-only"));
  CHECK_THAT(describe_sqlite_error(11, "malformed"), ContainsSubstring("malformed"));
  CHECK(describe_sqlite_error(1, "near \"SELEC\"") == "near \"SELEC\"");
}

TEST_CASE("a full disk is reported and nothing stored before is lost") {
  const Folder folder;
  Database database(folder.file("full.db"), Access::write);
  database.execute("INSERT INTO metric (name) VALUES ('kept')");
  database.execute("PRAGMA max_page_count = 1");  // as small as it is now: what SQLite meets on a full disk
  const std::string text = message([&] {
    Transaction transaction(database);
    for (int i = 0; i < 10'000; ++i)
      database.prepare("INSERT INTO metric (name) VALUES (?)").bind_all(std::string(100, 'x') + std::to_string(i)).run();
    transaction.commit();
  });
  CHECK_THAT(text, ContainsSubstring("disk is full"));
  CHECK(ask(database, "SELECT group_concat(name) FROM metric") == "kept");
}

TEST_CASE("a locked-down connection reads and nothing else") {
  const Folder folder;
  const std::string path = folder.file("locked.db");
  { const Database database(path, Access::write); }
  Database database(path, Access::read);
  database.lock_down();
  CHECK(ask(database, "SELECT count(*) FROM student_t") != "0");
  CHECK(ask(database, "SELECT name FROM pragma_table_info('student_t')") == "df");
  for (const char* sql :
       {"INSERT INTO metric (name) VALUES ('x')", "DROP TABLE metric", "CREATE TABLE t (x)", "PRAGMA user_version = 5",
        "PRAGMA query_only = OFF", "ATTACH ':memory:' AS other", "VACUUM INTO 'copy.db'", "CREATE TEMP TABLE t (x)"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.execute(sql), DatabaseError);
  }
  CHECK_FALSE(std::filesystem::exists("copy.db"));
}
