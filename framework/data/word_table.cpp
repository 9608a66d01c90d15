#include "data/word_table.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "core/error.h"

namespace seqlab {
namespace {

constexpr std::size_t kPoolBlock = 1 << 18;

std::uint32_t hash_of(std::string_view word) {
  const std::size_t hash = std::hash<std::string_view>{}(word);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

WordTable::WordTable() : slots_(1 << 12) {}

std::size_t WordTable::place_of(std::string_view word, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  while (slots_[place].number >= 0) {
    if (slots_[place].hash == hash && words_[static_cast<std::size_t>(slots_[place].number)] == word) break;
    place = (place + 1) & mask;
  }
  return place;
}

int WordTable::find(std::string_view word) const { return slots_[place_of(word, hash_of(word))].number; }

int WordTable::count(std::string_view word) {
  const std::uint32_t hash = hash_of(word);
  const std::size_t place = place_of(word, hash);
  if (slots_[place].number >= 0) {
    ++counts_[static_cast<std::size_t>(slots_[place].number)];
    return slots_[place].number;
  }
  const int number = size();
  slots_[place] = {hash, number};
  words_.push_back(keep(word));
  counts_.push_back(1);
  if (2 * words_.size() > slots_.size()) grow();
  return number;
}

std::string_view WordTable::keep(std::string_view word) {
  expect(word.size() <= kPoolBlock, "a word fits a block of the pool");
  if (word.size() > pool_left_) {
    pool_.push_back(std::make_unique<char[]>(kPoolBlock));
    pool_left_ = kPoolBlock;
  }
  char* place = pool_.back().get() + (kPoolBlock - pool_left_);
  std::memcpy(place, word.data(), word.size());
  pool_left_ -= word.size();
  return {place, word.size()};
}

void WordTable::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.number < 0) continue;
    std::size_t place = slot.hash & mask;
    while (slots_[place].number >= 0) place = (place + 1) & mask;
    slots_[place] = slot;
  }
}

std::size_t WordTable::bytes() const {
  return slots_.capacity() * sizeof(Slot) + words_.capacity() * sizeof(std::string_view) +
         counts_.capacity() * sizeof(std::int64_t) + pool_.size() * kPoolBlock;
}

}  // namespace seqlab
