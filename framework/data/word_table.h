#pragma once

// Words as they are met in a large text: each once, numbered in the order of its first appearance and counted.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace seqlab {

/// An open-addressing table over pooled bytes: a third of the memory and twice the speed of a map of strings, which is what
/// counting a corpus consists of.
class WordTable {
 public:
  WordTable();
  /// The word's number; its count grows by one.
  int count(std::string_view word);
  /// The word's number, or -1.
  [[nodiscard]] int find(std::string_view word) const;
  [[nodiscard]] int size() const { return static_cast<int>(counts_.size()); }
  [[nodiscard]] std::string_view word(int number) const { return words_[static_cast<std::size_t>(number)]; }
  [[nodiscard]] std::int64_t count_of(int number) const { return counts_[static_cast<std::size_t>(number)]; }
  [[nodiscard]] std::size_t bytes() const;  // of memory

 private:
  struct Slot {
    std::uint32_t hash = 0;
    int number = -1;
  };
  [[nodiscard]] std::size_t place_of(std::string_view word, std::uint32_t hash) const;
  std::string_view keep(std::string_view word);
  void grow();

  std::vector<Slot> slots_;
  std::vector<std::string_view> words_;
  std::vector<std::int64_t> counts_;
  std::vector<std::unique_ptr<char[]>> pool_;
  std::size_t pool_left_ = 0;
};

}  // namespace seqlab
