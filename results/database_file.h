#pragma once

// What can be told of a database from its file, before SQLite is asked: its own messages do not tell these cases apart.

#include <cstdint>
#include <string>
#include <string_view>

namespace seqlab {

enum class Access {
  write,  // made where it is absent
  read,   // no file is made or changed
};

/// EnvironmentError, each case with its own words and remedy: unreachable, a folder, absent (read), no folder to make it in,
/// no permission, read-only (write), not SQLite's, on a network file system (write). A file of length 0 is a blank database.
void check_database_file(const std::string& path, Access access);

/// The name of a network file system by its statfs type, "" for a local one.
std::string_view network_file_system(std::int64_t statfs_type);

/// Does a write-ahead log with content lie beside it?
bool wal_waits(const std::string& path);

/// "database 'seqlab.db'": how messages begin.
std::string name_of_database(const std::string& path);

}  // namespace seqlab
