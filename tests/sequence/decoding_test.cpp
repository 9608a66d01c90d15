#include "sequence/decoding.h"

#include "catch.h"

using namespace seqlab;

namespace {

constexpr int kBegin = 0;
constexpr int kEnd = 1;

/// A language in which `next[id]` follows id, for every row.
struct Chain {
  explicit Chain(std::vector<int> following, Precision precision = Precision::f32)
      : next(std::move(following)), tape(precision, false) {}
  std::vector<std::vector<int>> decode(const std::vector<int>& limits) {
    return greedy(kBegin, kEnd, limits, [&](std::span<const int> previous) {
      seen.emplace_back(previous.begin(), previous.end());
      const auto words = static_cast<std::int64_t>(next.size());
      const auto rows = static_cast<std::int64_t>(previous.size());
      std::vector<double> logits(static_cast<std::size_t>(rows * words), -1.0);
      for (std::size_t b = 0; b < previous.size(); ++b) {
        logits[b * next.size() + static_cast<std::size_t>(next[static_cast<std::size_t>(previous[b])])] = 2.0;
      }
      return tape.constant({rows, words}, logits);
    });
  }
  std::vector<int> next;
  Tape tape;
  std::vector<std::vector<int>> seen;
};

}  // namespace

TEST_CASE("greedy decoding follows the most probable token to the end mark", "[sequence][decoding]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Chain chain({3, 0, 1, 4, 2}, precision);  // begin, 3, 4, 2, end
    CHECK(chain.decode({10, 10}) == std::vector<std::vector<int>>{{3, 4, 2}, {3, 4, 2}});
    CHECK(chain.seen.front() == std::vector<int>{kBegin, kBegin});
    CHECK(chain.seen.size() == 4);
  }
}

TEST_CASE("each row ends at its own limit, and a limit of 0 gives nothing", "[sequence][decoding]") {
  Chain endless({2, 0, 2});
  CHECK(endless.decode({3, 0, 1}) == std::vector<std::vector<int>>{{2, 2, 2}, {}, {2}});
  CHECK(endless.seen.size() == 3);
  Chain none({2, 0, 2});
  CHECK(none.decode({0, 0}) == std::vector<std::vector<int>>{{}, {}});
  CHECK(none.seen.empty());
  CHECK(none.decode({}).empty());
}

TEST_CASE("an end mark at once gives an empty text", "[sequence][decoding]") {
  Chain silent({kEnd, 0});
  CHECK(silent.decode({5}) == std::vector<std::vector<int>>{{}});
}

TEST_CASE("ties go to the smaller id", "[sequence][decoding]") {
  Tape tape(Precision::f32, false);
  const std::vector<int> limits{1};
  const auto result = greedy(kBegin, kEnd, limits, [&](std::span<const int>) {
    return tape.constant({1, 5}, std::vector<double>{0, 0, 7, 7, 7});
  });
  CHECK(result == std::vector<std::vector<int>>{{2}});
}
