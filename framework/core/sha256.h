#pragma once

// SHA-256 (FIPS 180-4): the content hash of plugin files and of a run's code.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seqlab {

/// Hash of a byte stream that arrives in pieces.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits. Ends the stream: call it once.
  [[nodiscard]] std::string finish();

 private:
  void compress(const unsigned char* block);  // 64 bytes

  std::array<std::uint32_t, 8> state_;
  std::array<unsigned char, 64> buffer_{};
  std::size_t buffered_ = 0;
  std::uint64_t length_ = 0;  // bytes
};

std::string sha256(std::string_view bytes);
/// Hash of a file's content. EnvironmentError where it cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace seqlab
