#include "data/fetch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <system_error>

#include "core/error.h"
#include "core/program.h"
#include "core/sha256.h"
#include "data/data_folders.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartial = ".seqlab-partial-";

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// A folder for unfinished files inside `target`, so that a finished one is renamed within one file system. Removes itself,
/// and what killed processes of this host have left.
class PartialFolder {
 public:
  explicit PartialFolder(const fs::path& target) : path_(target / fmt::format("{}{}-{}", kPartial, host_name(), getpid())) {
    std::error_code error;
    fs::create_directories(path_, error);
    if (error) throw EnvironmentError(fmt::format("cannot write to '{}': {}", target.string(), error.message()));
    const std::string mine = fmt::format("{}{}-", kPartial, host_name());
    for (const auto& entry : fs::directory_iterator(target)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(mine)) continue;
      pid_t pid = 0;
      std::from_chars(name.data() + mine.size(), name.data() + name.size(), pid);
      if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), error);
    }
  }
  ~PartialFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool is_whole(const fs::path& path, const DataFile& file) {
  std::error_code error;
  return fs::is_regular_file(path, error) && fs::file_size(path, error) == file.bytes && !error &&
         sha256_of_file(path.string()) == file.sha256;
}

/// Why `path` is not `file`, or "".
std::string difference(const fs::path& path, const DataFile& file) {
  const auto bytes = fs::file_size(path);
  if (bytes != file.bytes) return fmt::format("it has {} bytes, the catalogue says {}", bytes, file.bytes);
  const std::string hash = sha256_of_file(path.string());
  return hash == file.sha256 ? "" : fmt::format("its SHA-256 is {}, the catalogue says {}", hash, file.sha256);
}

/// The finished file under its name, on the disk.
void publish(const fs::path& partial, const fs::path& target) {
  const int descriptor = open(partial.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!synced) throw EnvironmentError(fmt::format("cannot write '{}': {}", target.string(), std::strerror(error)));
  std::error_code failure;
  fs::create_directories(target.parent_path(), failure);
  if (!failure) fs::rename(partial, target, failure);
  if (failure) throw EnvironmentError(fmt::format("cannot write '{}': {}", target.string(), failure.message()));
}

bool is_tar(std::string_view address) {
  for (const std::string_view end : {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"}) {
    if (address.ends_with(end)) return true;
  }
  return false;
}

/// Downloads each address once and unpacks it where it is an archive.
class Downloads {
 public:
  Downloads(fs::path folder, const std::function<void(const std::string&)>& note)
      : folder_(std::move(folder)), note_(note) {}

  /// The bytes that the address of `file` gives, in a file that the caller may move away.
  fs::path bring(const DataFile& file) {
    const std::string url(file.url);
    const fs::path name = fs::path(file.path).filename();
    auto known = unpacked_.find(url);
    if (known == unpacked_.end()) known = unpacked_.emplace(url, unpack(download(url), url, name)).first;
    if (fs::is_regular_file(known->second)) return known->second;
    for (const auto& entry : fs::recursive_directory_iterator(known->second)) {
      if (entry.is_regular_file() && entry.path().filename() == name) return entry.path();
    }
    throw EnvironmentError(fmt::format("{} holds no file '{}'", url, name.string()));
  }

 private:
  fs::path download(const std::string& url) {
    note_("downloading " + url);
    const fs::path place = folder_ / fmt::format("download-{}", unpacked_.size());
    const int code = run_program({"curl", "--fail", "--location", "--silent", "--show-error", "--retry", "3", "--proto",
                                  "=https,http,file", "--output", place.string(), "--", url},
                                 fmt::format("install it, or bring {} here by other means", url));
    if (code != 0) {
      throw EnvironmentError(fmt::format("curl could not download {} (its exit code is {})", url, code));
    }
    return place;
  }

  fs::path unpack(const fs::path& archive, const std::string& url, const fs::path& name) {
    const std::string need = fmt::format("install it to unpack {}", url);
    const fs::path place = folder_ / fmt::format("unpacked-{}", unpacked_.size());
    int code = 0;
    if (is_tar(url)) {
      fs::create_directories(place);
      code = run_program({"tar", "-x", "-f", archive.string(), "-C", place.string()}, need);
    } else if (url.ends_with(".zip")) {
      fs::create_directories(place);
      code = run_program({"unzip", "-q", "-o", archive.string(), "-d", place.string()}, need);
    } else if (url.ends_with(".gz") && name.extension() != ".gz") {
      code = run_program({"gzip", "-d", "-c", archive.string()}, need, place);
    } else {
      return archive;
    }
    if (code != 0) throw EnvironmentError(fmt::format("what came from {} cannot be unpacked: it may be damaged", url));
    return place;
  }

  fs::path folder_;
  const std::function<void(const std::string&)>& note_;
  std::map<std::string, fs::path> unpacked_;  // by address: the file, or the folder of an archive
};

fs::path copied(const fs::path& from, const fs::path& folder) {
  fs::path place = folder / "copy";
  std::error_code error;
  fs::copy_file(from, place, fs::copy_options::overwrite_existing, error);
  if (!error) fs::permissions(place, fs::perms::owner_write, fs::perm_options::add, error);
  if (error) throw EnvironmentError(fmt::format("cannot copy '{}': {}", from.string(), error.message()));
  return place;
}

}  // namespace

std::string how_to_obtain(const DataSet& set) {
  std::vector<std::string_view> missing;
  for (const DataFile& file : set.files) {
    if (file.url.empty()) missing.push_back(file.path);
  }
  expect(!missing.empty(), "a set whose files all have addresses can be downloaded");
  std::string files(missing[0]);
  if (missing.size() > 1) files += fmt::format(" and {} more", missing.size() - 1);
  return fmt::format(
      "'{}' cannot be downloaded: its files were prepared from {}; {} must name a folder that holds {} (seqlab data "
      "describe {})",
      set.name, set.source, kMirrorVariable, files, set.name);
}

FetchReport fetch_data_set(const DataSet& set, const fs::path& target, const std::optional<fs::path>& mirror,
                           const std::function<void(const std::string&)>& note) {
  FetchReport report;
  std::vector<const DataFile*> missing;
  for (const DataFile& file : set.files) {
    if (is_whole(target / file.path, file)) {
      ++report.present;
      continue;
    }
    std::error_code ignored;
    if (fs::exists(target / file.path, ignored)) {
      note(fmt::format("{} is not what the catalogue says: fetched again", (target / file.path).string()));
    }
    const bool mirrored = mirror && fs::is_regular_file(*mirror / file.path, ignored);
    if (!mirrored && file.url.empty()) throw UserError(how_to_obtain(set));
    missing.push_back(&file);
  }
  if (missing.empty()) return report;

  const PartialFolder partial(target);
  Downloads downloads(partial.path(), note);
  for (const DataFile* file : missing) {
    std::error_code ignored;
    const bool mirrored = mirror && fs::is_regular_file(*mirror / file->path, ignored);
    if (mirrored) note(fmt::format("copying {}", (*mirror / file->path).string()));
    const fs::path place = mirrored ? copied(*mirror / file->path, partial.path()) : downloads.bring(*file);
    if (const std::string reason = difference(place, *file); !reason.empty()) {
      const std::string origin = mirrored ? (*mirror / file->path).string() : std::string(file->url);
      throw EnvironmentError(fmt::format("{} from {} is not the file of the catalogue: {}", file->path, origin, reason));
    }
    publish(place, target / file->path);
    ++(mirrored ? report.copied : report.downloaded);
  }
  return report;
}

}  // namespace seqlab
