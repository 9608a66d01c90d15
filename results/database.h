#pragma once

// A small layer over SQLite: connection, statement, transaction. Every failure is a DatabaseError that names the file and,
// where one is known, the remedy.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "results/database_file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace seqlab {

/// What SQLite refused. Exit code 3.
class DatabaseError final : public EnvironmentError {
 public:
  DatabaseError(const std::string& text, int code) : EnvironmentError(text), code_(code) {}
  DatabaseError(const DatabaseError&) = default;
  ~DatabaseError() override;
  [[nodiscard]] int code() const { return code_; }  // SQLite's extended result code
  [[nodiscard]] bool is_query_error() const;        // the SQL text is wrong: syntax, names, values
  [[nodiscard]] bool is_refused() const;            // a change or an ATTACH that the connection does not allow

 private:
  int code_;
};

/// "disk full", ... in words with a remedy, for a result code of SQLite.
std::string describe_sqlite_error(int code, std::string_view sqlite_text);

class Database;

/// A prepared statement. Parameters count from 1 as in SQL, columns from 0. It must not outlive its database.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  /// As above, and `rest` becomes what follows the first statement of `sql`.
  Statement(Database& database, std::string_view sql, std::string_view& rest);

  [[nodiscard]] bool empty() const { return statement_ == nullptr; }  // blank or a comment
  [[nodiscard]] bool read_only() const;

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);  // NaN becomes NULL
  Statement& bind(int parameter, std::string_view value);
  Statement& bind(int parameter, const char* value) { return bind(parameter, std::string_view(value)); }
  Statement& bind(int parameter, std::nullopt_t);
  template <class T>
  Statement& bind(int parameter, const std::optional<T>& value) {
    return value ? bind(parameter, *value) : bind(parameter, std::nullopt);
  }
  /// The value of a column of another statement's current row, in its own type.
  Statement& bind_from(int parameter, const Statement& row, int column);
  /// Binds parameters 1, 2, ... in order.
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    int parameter = 0;
    (bind(++parameter, values), ...);
    return *this;
  }
  [[nodiscard]] int parameter_count() const;
  [[nodiscard]] std::string parameter_name(int parameter) const;  // with its ':', "" for '?'

  bool step();   // true: a row is there
  void run();    // steps to the end and resets, for statements that return nothing
  void reset();  // bindings stay

  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string column_name(int column) const;
  enum class Type { null, integer, real, text, blob };
  [[nodiscard]] Type type(int column) const;
  [[nodiscard]] bool is_null(int column) const { return type(column) == Type::null; }
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;       // NULL is NaN
  [[nodiscard]] std::string text(int column) const;  // bytes of a blob too; NULL is ""
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  void check_bind(int code);

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A connection to a seqlab database, of the schema's current version. WAL, foreign keys on, 30 s of patience with other
/// writers. One thread at a time may use it.
class Database {
 public:
  /// DatabaseError or EnvironmentError, each with its own words: no permission, a folder, read-only, not a database, another
  /// program's database, made by a newer seqlab, on a network file system (write only), file absent (read only). A database
  /// of an older version is migrated, in one transaction; where it cannot be written, that is an error that says so.
  Database(const std::string& path, Access access);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  void execute(const std::string& sql);  // one or more statements without results
  [[nodiscard]] Statement prepare(std::string_view sql) { return {*this, sql}; }
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] int changes() const;  // rows touched by the last statement
  [[nodiscard]] const std::string& path() const { return path_; }

  /// From now on the connection only reads and refuses ATTACH, DETACH and pragmas that set something: for queries of the
  /// user.
  void lock_down();
  [[nodiscard]] bool in_transaction() const;
  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  void open_for_reading();
  void open(const std::string& name, int flags);
  void enter_wal();
  void check_identity();
  [[nodiscard]] std::int64_t version();
  void migrate();
  void migrate_for_reading();

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// BEGIN IMMEDIATE; rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// The version of the schema that this program reads and writes.
inline constexpr std::int64_t kSchemaVersion = 4;

}  // namespace seqlab
