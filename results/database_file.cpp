#include "results/database_file.h"

#include <fmt/format.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "core/error.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeader{"SQLite format 3\0", 16};

void check_existing(const std::string& path, Access access) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error && status.type() == fs::file_type::none) {
    throw EnvironmentError(
        fmt::format("{} cannot be reached: {}; check the rights of its folders, or name another with --db FILE",
                    name_of_database(path), error.message()));
  }
  if (fs::is_directory(status)) {
    throw EnvironmentError(fmt::format("{} is a folder; name a file in it: --db {}", name_of_database(path),
                                       (fs::path(path) / "seqlab.db").string()));
  }
  const fs::path folder = fs::absolute(path).parent_path();
  if (!fs::exists(status)) {
    if (access == Access::read) throw EnvironmentError(fmt::format("{} does not exist", name_of_database(path)));
    if (!fs::is_directory(folder, error)) {
      throw EnvironmentError(
          fmt::format("{} cannot be made: there is no folder '{}'; make it, or name another file with --db FILE",
                      name_of_database(path), folder.string()));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
      throw EnvironmentError(
          fmt::format("{} cannot be made: no permission to write in '{}'; name another file with --db FILE",
                      name_of_database(path), folder.string()));
    }
    return;
  }
  if (!fs::is_regular_file(status)) {
    throw EnvironmentError(fmt::format("{} is not a regular file; name another with --db FILE", name_of_database(path)));
  }
  if (::access(path.c_str(), R_OK) != 0) {
    throw EnvironmentError(
        fmt::format("no permission to read {}; ask its owner, or name another with --db FILE", name_of_database(path)));
  }
  if (access == Access::write) {
    if (::access(path.c_str(), W_OK) != 0) {
      throw EnvironmentError(
          fmt::format("{} is read-only; make it writable (chmod u+w), or copy it and name the copy with --db FILE",
                      name_of_database(path)));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
      throw EnvironmentError(
          fmt::format("{} cannot be written: its folder '{}' is read-only, and SQLite needs a file beside it; "
                      "copy it elsewhere and name the copy with --db FILE",
                      name_of_database(path), folder.string()));
    }
  }
  if (fs::file_size(path) == 0) return;
  std::array<char, kHeader.size()> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  if (std::string_view(head.data(), head.size()) != kHeader) {
    throw EnvironmentError(fmt::format(
        "{} is not a database: its first bytes are not SQLite's; name another file with --db FILE", name_of_database(path)));
  }
}

void refuse_network(const std::string& path) {
  struct statfs where {};
  if (::statfs(fs::absolute(path).parent_path().c_str(), &where) != 0) return;
  const std::string_view kind = network_file_system(static_cast<std::int64_t>(where.f_type));
  if (kind.empty()) return;
  throw EnvironmentError(
      fmt::format("{} is on a network file system ({}): SQLite's write-ahead log needs memory shared between "
                  "processes, which it does not give, and the file would be damaged; name a file on a local disk "
                  "with --db FILE",
                  name_of_database(path), kind));
}

}  // namespace

std::string name_of_database(const std::string& path) { return fmt::format("database '{}'", path); }

std::string_view network_file_system(std::int64_t statfs_type) {
  switch (statfs_type & 0xffffffff) {
    case 0x6969: return "NFS";
    case 0xff534d42: return "CIFS";
    case 0xfe534d42: return "SMB2";
    case 0x517b: return "SMB";
    case 0x5346414f: return "AFS";
    case 0x73757245: return "Coda";
    case 0x01021997: return "9P";
    case 0x00c36400: return "Ceph";
    case 0x0bd00bd0: return "Lustre";
    case 0x47504653: return "GPFS";
    case 0x19830326: return "BeeGFS";
    default: return "";
  }
}

void check_database_file(const std::string& path, Access access) {
  check_existing(path, access);
  if (access == Access::write) refuse_network(path);
}

bool wal_waits(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path + "-wal", error);
  return !error && size > 0;
}

}  // namespace seqlab
