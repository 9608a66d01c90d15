#pragma once

// Ids of words, in memory up to a limit, beyond it in a temporary file.

#include <cstdint>
#include <span>
#include <vector>

namespace seqlab {

class TokenStore {
 public:
  /// `memory_limit` in bytes.
  explicit TokenStore(std::int64_t memory_limit) : limit_(memory_limit / static_cast<std::int64_t>(sizeof(int))) {}
  ~TokenStore();
  TokenStore(TokenStore&& other) noexcept;
  TokenStore& operator=(TokenStore&& other) noexcept;

  void add(int id) {
    memory_.push_back(id);
    if (static_cast<std::int64_t>(memory_.size()) >= (file_ < 0 ? limit_ : kBlock)) spill();
  }
  [[nodiscard]] std::int64_t size() const { return spilled_ + static_cast<std::int64_t>(memory_.size()); }
  [[nodiscard]] bool in_memory() const { return file_ < 0; }
  /// All ids, where they are in memory.
  [[nodiscard]] std::span<const int> ids() const { return memory_; }
  /// Copies ids from position `first` on; all of them must exist. Several threads may read at once.
  void read(std::int64_t first, std::span<int> ids) const;
  /// Gives back memory that was only needed for growing.
  void finish();

 private:
  static constexpr std::int64_t kBlock = 1 << 16;
  void spill();
  std::int64_t limit_;        // ids
  std::vector<int> memory_;   // all ids, or those behind the file's
  int file_ = -1;             // descriptor; the file has no name any more
  std::int64_t spilled_ = 0;  // ids in the file
};

}  // namespace seqlab
