#include "core/arena.h"

#include <cstdint>
#include <cstring>

#include "catch.h"

using namespace seqlab;

TEST_CASE("an arena hands out aligned memory that does not overlap", "[core][arena]") {
  Arena arena;
  std::vector<std::pair<unsigned char*, std::size_t>> pieces;
  for (const std::size_t size : {1U, 63U, 64U, 65U, 1000U, 3U}) {
    auto* memory = static_cast<unsigned char*>(arena.allocate(size));
    CHECK(reinterpret_cast<std::uintptr_t>(memory) % Arena::kAlignment == 0);
    std::memset(memory, static_cast<int>(pieces.size() + 1), size);
    pieces.emplace_back(memory, size);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto [memory, size] = pieces[i];
    for (std::size_t b = 0; b < size; ++b) REQUIRE(memory[b] == i + 1);
  }
}

TEST_CASE("an arena counts what is used, and reset takes it all back", "[core][arena]") {
  Arena arena;
  CHECK(arena.used() == 0);
  arena.allocate(1);
  arena.allocate(65);
  CHECK(arena.used() == 64 + 128);
  arena.reset();
  CHECK(arena.used() == 0);
}

TEST_CASE("after the first batch an arena is one block that fits the next", "[core][arena]") {
  Arena arena;
  constexpr std::size_t kPiece = 600'000;
  const auto batch = [&](int pieces) {
    for (int i = 0; i < pieces; ++i) std::memset(arena.allocate(kPiece), 1, kPiece);
  };
  batch(10);
  arena.reset();
  const std::size_t settled = arena.capacity();
  CHECK(settled >= 10 * kPiece);
  CHECK(settled <= 12 * kPiece);
  for (int round = 0; round < 5; ++round) {
    batch(round % 2 == 0 ? 10 : 3);
    CHECK(arena.capacity() == settled);
    arena.reset();
    CHECK(arena.capacity() == settled);
  }
}

TEST_CASE("an arena grows for a larger batch and keeps what was handed out", "[core][arena]") {
  Arena arena;
  int* first = arena.keep(41);
  arena.allocate(5'000'000);
  CHECK(*first == 41);
  CHECK(arena.capacity() >= 5'000'000);
  int* numbers = arena.array<int>(100);
  for (int i = 0; i < 100; ++i) numbers[i] = i;
  CHECK(numbers[99] == 99);
  CHECK(*first == 41);
}
