#include "plugin/kept_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <vector>

#include "data/data_folders.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

/// Held by one process at a time, until it ends. Its file goes with it; so a process that waited may find its lock to be of
/// a file that is gone, and takes the new one.
class Lock {
 public:
  explicit Lock(fs::path file) : path_(std::move(file)) {
    do {
      close();
      file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
      while (file_ >= 0 && ::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
      }
    } while (file_ >= 0 && is_gone());
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (file_ >= 0) ::unlink(path_.c_str());
    close();
  }

 private:
  [[nodiscard]] bool is_gone() const {
    struct stat status {};
    return ::fstat(file_, &status) == 0 && status.st_nlink == 0;
  }
  void close() const {
    if (file_ >= 0) ::close(file_);
  }
  fs::path path_;
  int file_ = -1;
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
  const Lock lock(file.string() + ".lock");
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
}

}  // namespace seqlab
