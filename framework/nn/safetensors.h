#pragma once

// Files of named tensors in the safetensors format: 8 bytes of length (little endian), a JSON header of that length, raw
// tensors. Other programs can read them; files written here also carry a SHA-256 of every tensor, so that damage is found
// and named.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

enum class StoredType { f32, f64, i64, u8 };
std::size_t stored_size(StoredType type);

/// A tensor in somebody else's memory, row-major without gaps.
struct StoredTensor {
  std::string name;
  StoredType type = StoredType::u8;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

using StoredNotes = std::map<std::string, std::string>;

/// Writes a whole new file and waits until it is on the disk. EnvironmentError where that fails (no space, no permission):
/// what was written is removed then.
void write_safetensors(const std::string& path, const StoredNotes& notes, std::span<const StoredTensor> tensors);

/// A file in memory.
class SafetensorsFile {
 public:
  /// EnvironmentError where the file cannot be read or is damaged; the text names the file and the reason: its length, its
  /// header, or the tensor whose bytes do not match their checksum.
  static SafetensorsFile read(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const StoredNotes& notes() const { return notes_; }
  [[nodiscard]] std::string note(const std::string& name) const;  // "" where absent
  [[nodiscard]] const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return tensors_; }
  /// EnvironmentError where it is missing or of another type or shape.
  [[nodiscard]] const StoredTensor& get(std::string_view name, StoredType type,
                                        const std::vector<std::int64_t>& shape) const;

 private:
  std::string path_;
  std::vector<std::byte> memory_;
  StoredNotes notes_;
  std::map<std::string, StoredTensor, std::less<>> tensors_;
};

}  // namespace seqlab
