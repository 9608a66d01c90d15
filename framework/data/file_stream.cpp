#include "data/file_stream.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace seqlab {

void FileStream::Close::operator()(gzFile_s* file) const { gzclose(file); }

FileStream::~FileStream() = default;

FileStream::FileStream(std::filesystem::path file) : path_(std::move(file)) {
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw UserError(fmt::format("{}: no such file; correct the name (relative names start at the experiment file's folder)",
                                path_.string()));
  }
  if (std::filesystem::is_directory(status))
    throw UserError(fmt::format("{}: is a folder; name a file in it", path_.string()));
  errno = 0;
  input_.reset(gzopen(path_.c_str(), "rb"));
  if (input_ == nullptr) {
    throw UserError(fmt::format("{}: cannot be read ({}); check the file and its permissions", path_.string(),
                                std::generic_category().message(errno)));
  }
  gzbuffer(input_.get(), 1 << 18);
  size_ = std::filesystem::file_size(path_, error);
}

std::size_t FileStream::read(std::span<char> bytes) {
  constexpr std::size_t kMostAtOnce = 1 << 30;
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t wanted = std::min(bytes.size() - filled, kMostAtOnce);
    const int count = gzread(input_.get(), bytes.data() + filled, static_cast<unsigned>(wanted));
    int code = Z_OK;
    const char* reason = gzerror(input_.get(), &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      throw UserError(fmt::format("{}: damaged after {} bytes ({}); copy or fetch it again", path_.string(), position_,
                                  code == Z_ERRNO ? std::generic_category().message(errno) : reason));
    }
    if (count == 0) break;
    // The library also hands out what is not compressed as it is: right for plain files alone.
    if (position_ == 0 && path_.extension() == ".gz" && gzdirect(input_.get()) != 0) {
      throw UserError(fmt::format("{}: is not compressed by gzip, as its name says; rename or compress it", path_.string()));
    }
    position_ += static_cast<std::uint64_t>(count);
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

double FileStream::share() const {
  const auto offset = gzoffset(input_.get());
  return size_ == 0 || offset < 0 ? 1.0 : std::min(1.0, static_cast<double>(offset) / static_cast<double>(size_));
}

}  // namespace seqlab
