#include "vectors/temporary_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "core/error.h"

namespace seqlab {
namespace {

std::string folder() {
  const char* named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/tmp" : named;
}

[[noreturn]] void fail(const char* what) {
  throw EnvironmentError(
      fmt::format("a temporary file in {} cannot be {} ({}); free space there or name another folder in "
                  "TMPDIR",
                  folder(), what, std::generic_category().message(errno)));
}

}  // namespace

int open_temporary_file() {
  std::string name = folder() + "/seqlab-XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) fail("made");
  ::unlink(name.c_str());
  return file;
}

void write_at(int file, std::int64_t offset, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("written");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += count;
  }
}

void read_at(int file, std::int64_t offset, std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pread(file, bytes.data(), bytes.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("read");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += count;
  }
}

}  // namespace seqlab
