#pragma once

// The bytes of a file one block after the other.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

struct gzFile_s;

namespace seqlab {

/// A file that is read from its beginning to its end; one whose name ends in ".gz" is unpacked on the way.
class FileStream {
 public:
  /// UserError naming the file and a remedy where it is missing, a folder or unreadable.
  explicit FileStream(std::filesystem::path file);
  ~FileStream();
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  /// Fills as much of `bytes` as there is and says how much: less only at the end. UserError where the file is damaged or
  /// not the compressed file that its name says.
  std::size_t read(std::span<char> bytes);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t position() const { return position_; }  // bytes handed out, unpacked
  /// Share of the file, as it lies on the disk, that has been read: 0 to 1.
  [[nodiscard]] double share() const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };
  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> input_;
  std::uint64_t position_ = 0;
  std::uintmax_t size_ = 0;
};

}  // namespace seqlab
