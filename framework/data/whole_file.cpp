#include "data/whole_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "core/error.h"

namespace seqlab {

std::string read_whole_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw UserError(fmt::format("{}: no such file; correct the name (relative names start at the experiment file's folder)",
                                file.string()));
  }
  if (std::filesystem::is_directory(status))
    throw UserError(fmt::format("{}: is a folder; name a file in it", file.string()));
  errno = 0;
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> input(gzopen(file.c_str(), "rb"), gzclose);
  if (input == nullptr) {
    throw UserError(fmt::format("{}: cannot be read ({}); check the file and its permissions", file.string(),
                                std::generic_category().message(errno)));
  }
  // The library also hands out what is not compressed as it is: right for plain files alone.
  const bool packed = file.extension() == ".gz";
  std::string bytes;
  std::string part(1 << 20, '\0');
  for (;;) {
    const int count = gzread(input.get(), part.data(), static_cast<unsigned>(part.size()));
    int code = Z_OK;
    const char* reason = gzerror(input.get(), &code);
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      throw UserError(fmt::format("{}: damaged after {} bytes ({}); copy or fetch it again", file.string(), bytes.size(),
                                  code == Z_ERRNO ? std::generic_category().message(errno) : reason));
    }
    if (count == 0) break;
    if (bytes.empty() && packed && gzdirect(input.get()) != 0) {
      throw UserError(fmt::format("{}: is not compressed by gzip, as its name says; rename or compress it", file.string()));
    }
    bytes.append(part, 0, static_cast<std::size_t>(count));
  }
  return bytes;
}

}  // namespace seqlab
