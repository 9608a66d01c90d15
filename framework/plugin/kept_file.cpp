#include "plugin/kept_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "data/data_folders.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

/// Held by one process at a time, until it ends.
class Lock {
 public:
  explicit Lock(const fs::path& file) : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_;
};

bool read_kept(const KeptFile& kept, const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  try {
    if (!kept.read(file)) return false;
  } catch (const std::exception&) {
    return false;
  }
  fs::last_write_time(file, fs::file_time_type::clock::now(), error);  // used just now
  return true;
}

void make_room(const fs::path& folder) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{8} << 30;
  struct Known {
    fs::file_time_type used;
    std::uintmax_t bytes;
    fs::path file;
  };
  std::vector<Known> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".lock") continue;
    std::error_code gone;  // another process may remove it meanwhile
    const Known known{entry.last_write_time(gone), entry.file_size(gone), entry.path()};
    if (!gone) files.push_back(known);
  }
  std::ranges::sort(files, std::greater<>(), &Known::used);
  std::uintmax_t total = 0;
  for (const Known& known : files) {
    total += known.bytes;
    if (total > kMostBytes) fs::remove(known.file, error);
  }
}

}  // namespace

void read_or_make(const KeptFile& kept) {
  const auto data = data_cache();
  if (!data) {
    kept.make();
    return;
  }
  const fs::path folder = data->parent_path() / kept.folder;
  const fs::path file = folder / kept.name;
  if (read_kept(kept, file)) return;
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path lock_file = file.string() + ".lock";
  const Lock lock(lock_file);
  if (read_kept(kept, file)) return;
  const auto start = std::chrono::steady_clock::now();
  kept.make();
  if (std::chrono::steady_clock::now() - start > std::chrono::duration<double>(kept.worth_seconds)) {
    const fs::path part = file.string() + ".part";
    try {
      kept.write(part);
      fs::rename(part, file);
      make_room(folder);
    } catch (const std::exception&) {  // no room, or no permission: what was made is there all the same
      fs::remove(part, error);
    }
  }
  fs::remove(lock_file, error);
}

}  // namespace seqlab
