#include "results/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

#include "results/database_file.h"
#include "results/embedded.h"
#include "results/migration.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 30'000;
constexpr std::int64_t kApplicationId = 1936813154;  // "sqlb", as in schema.sql

std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : fs::absolute(path).string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
                       c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

int only_reading(void*, int action, const char* name, const char* argument, const char*, const char*) {
  if (action == SQLITE_ATTACH || action == SQLITE_DETACH) return SQLITE_DENY;
  if (action != SQLITE_PRAGMA || argument == nullptr) return SQLITE_OK;
  constexpr std::array<std::string_view, 7> kAsking{"table_info", "table_xinfo",      "table_list", "index_list",
                                                    "index_info", "foreign_key_list", "index_xinfo"};
  return std::ranges::find(kAsking, std::string_view(name)) == kAsking.end() ? SQLITE_DENY : SQLITE_OK;
}

}  // namespace

DatabaseError::~DatabaseError() = default;

bool DatabaseError::is_query_error() const {
  const int primary = code_ & 0xff;
  return primary == SQLITE_ERROR || primary == SQLITE_MISMATCH || primary == SQLITE_RANGE || primary == SQLITE_TOOBIG;
}

bool DatabaseError::is_refused() const {
  const int primary = code_ & 0xff;
  return primary == SQLITE_READONLY || primary == SQLITE_AUTH;
}

std::string describe_sqlite_error(int code, std::string_view sqlite_text) {
  switch (code & 0xff) {
    case SQLITE_FULL: return "the disk is full; free space and run again: what was stored before is intact";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("another process has kept it locked for more than {} s; wait for it or end it, then try again",
                         kBusyMilliseconds / 1000);
    case SQLITE_READONLY:
      return "it is read-only; make the file and its folder writable, or copy it and name the copy with --db FILE";
    case SQLITE_CORRUPT:
      return fmt::format("it is damaged ({}); restore a copy, or save what is left: sqlite3 FILE .recover | sqlite3 NEW",
                         sqlite_text);
    case SQLITE_NOTADB: return "it is not a database, or it is damaged at its start; name another file with --db FILE";
    case SQLITE_CANTOPEN:
      return fmt::format("it cannot be opened ({}); check the rights of the file and its folder", sqlite_text);
    case SQLITE_IOERR: return fmt::format("reading or writing failed ({}); check the disk", sqlite_text);
    case SQLITE_NOMEM: return "no memory is left";
    case SQLITE_PERM:
    case SQLITE_AUTH: return fmt::format("not permitted ({})", sqlite_text);
    default: return std::string(sqlite_text);
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  std::string_view rest;
  *this = Statement(database, sql, rest);
}

Statement::Statement(Database& database, std::string_view sql, std::string_view& rest) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v2(database.connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, &tail);
  statement_.reset(statement);
  if (code != SQLITE_OK) database.fail(code);
  rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
}

bool Statement::read_only() const { return sqlite3_stmt_readonly(statement_.get()) != 0; }

void Statement::check_bind(int code) {
  if (code != SQLITE_OK) database_->fail(code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check_bind(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  if (std::isnan(value)) return bind(parameter, std::nullopt);
  check_bind(sqlite3_bind_double(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  const char* text = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  check_bind(sqlite3_bind_text64(statement_.get(), parameter, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int parameter, std::nullopt_t) {
  check_bind(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

Statement& Statement::bind_from(int parameter, const Statement& row, int column) {
  check_bind(sqlite3_bind_value(statement_.get(), parameter, sqlite3_column_value(row.statement_.get(), column)));
  return *this;
}

int Statement::parameter_count() const { return sqlite3_bind_parameter_count(statement_.get()); }

std::string Statement::parameter_name(int parameter) const {
  const char* name = sqlite3_bind_parameter_name(statement_.get(), parameter);
  return name == nullptr ? "" : name;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(statement_.get());
  database_->fail(code);
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }

std::string Statement::column_name(int column) const {
  const char* name = sqlite3_column_name(statement_.get(), column);
  return name == nullptr ? "" : name;
}

Statement::Type Statement::type(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER: return Type::integer;
    case SQLITE_FLOAT: return Type::real;
    case SQLITE_TEXT: return Type::text;
    case SQLITE_BLOB: return Type::blob;
    default: return Type::null;
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const {
  return is_null(column) ? std::nan("") : sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const bool is_blob = type(column) == Type::blob;
  const void* bytes = is_blob ? sqlite3_column_blob(statement_.get(), column)
                              : static_cast<const void*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return "";
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database::Database(const std::string& path, Access access) : path_(path) {
  check_database_file(path, access);
  if (access == Access::write) {
    open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    check_identity();
    enter_wal();
    // What is committed survives the death of any process; only a power cut may take the last moments, never the file.
    execute("PRAGMA synchronous = NORMAL");
    execute("PRAGMA foreign_keys = OFF");  // a table that is migrated takes nothing with it
    migrate();
    execute("PRAGMA foreign_keys = ON");
    return;
  }
  open_for_reading();
  check_identity();
  const std::int64_t found = version();
  if (found == 0) throw NothingMatched(fmt::format("{} is empty; `seqlab run FILE.toml` fills it", name_of_database(path)));
  if (found < kSchemaVersion) migrate_for_reading();
}

Database::~Database() = default;

void Database::open_for_reading() {
  const fs::path folder = fs::absolute(path_).parent_path();
  // A log can be neither made nor needed here; SQLite would refuse to look without one.
  const bool sealed = ::access(folder.c_str(), W_OK) != 0 && !wal_waits(path_);
  open(sealed ? uri_of(path_) : path_, SQLITE_OPEN_READONLY | (sealed ? SQLITE_OPEN_URI : 0));
}

void Database::open(const std::string& name, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
}

void Database::enter_wal() {
  // Two processes that make the same file collide here without SQLite's own patience.
  constexpr int kPauseMilliseconds = 50;
  for (int waited = 0;; waited += kPauseMilliseconds) {
    try {
      execute("PRAGMA journal_mode = WAL");
      return;
    } catch (const DatabaseError& error) {
      if ((error.code() & 0xff) != SQLITE_BUSY || waited >= kBusyMilliseconds) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMilliseconds));
  }
}

void Database::check_identity() {
  Statement facts = prepare(
      "SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version), (SELECT count(*) FROM "
      "sqlite_master)");
  facts.step();
  const std::int64_t version = facts.integer(1);
  const bool blank = facts.integer(0) == 0 && version == 0 && facts.integer(2) == 0;
  if (blank) return;
  if (facts.integer(0) != kApplicationId) {
    throw EnvironmentError(
        fmt::format("{} is an SQLite database of another program, not of seqlab; name another file with --db FILE",
                    name_of_database(path_)));
  }
  if (version > kSchemaVersion) {
    throw EnvironmentError(
        fmt::format("{} was made by a newer seqlab (its version {}, this program reads up to {}); "
                    "use that seqlab, or name another file with --db FILE",
                    name_of_database(path_), version, kSchemaVersion));
  }
}

std::int64_t Database::version() {
  Statement query = prepare("PRAGMA user_version");
  query.step();
  return query.integer(0);
}

void Database::migrate() {
  if (version() == kSchemaVersion) return;
  Transaction transaction(*this);
  const std::int64_t found = version();  // asked again: another process may have been first
  if (found == 0) {
    execute(std::string(kSchemaSql));
  } else if (found < kSchemaVersion) {
    bring_up_to_date(*this, found);
  }
  transaction.commit();
}

void Database::migrate_for_reading() {
  const std::int64_t found = version();
  connection_.reset();
  try {
    const Database writer(path_, Access::write);
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(fmt::format(
        "{} was made by an older seqlab (its version {}, this program's {}) and has to be brought up to date, but "
        "{}",
        name_of_database(path_), found, kSchemaVersion, error.what()));
  }
  open_for_reading();
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

int Database::changes() const { return sqlite3_changes(connection_.get()); }

void Database::lock_down() {
  execute("PRAGMA query_only = ON");
  sqlite3_set_authorizer(connection_.get(), only_reading, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

void Database::fail(int code) const {
  const char* text = connection_ ? sqlite3_errmsg(connection_.get()) : sqlite3_errstr(code);
  throw DatabaseError(fmt::format("{}: {}", name_of_database(path_), describe_sqlite_error(code, text)), code);
}

Transaction::Transaction(Database& database) : database_(database) { database.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_ || !database_.in_transaction()) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {  // SQLite rolls back by itself when the connection closes
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace seqlab
