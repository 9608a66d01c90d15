#include "sequence/decoding.h"

#include <limits>

#include "catch.h"

using namespace seqlab;

namespace {

constexpr int kBegin = 0;
constexpr int kEnd = 1;

/// A language in which `next[id]` follows id, for every row; the state's one number counts the steps of its row.
struct Chain {
  explicit Chain(std::vector<int> following, Precision precision = Precision::f32)
      : next(std::move(following)), tape(precision, false), tapes(precision) {}

  std::vector<Hypothesis> decode(const std::vector<int>& limits, bool keep_weights = false) {
    tape.clear();
    seen.clear();
    const auto batch = static_cast<std::int64_t>(limits.size());
    std::vector<double> rows;
    for (std::size_t b = 0; b < limits.size(); ++b) rows.push_back(static_cast<double>(b));
    DecoderState start{{tape.constant({batch, 1}, rows)}, {tape.constant({batch, 2, 1}, 0.5)}, {}};
    start.lengths.assign(limits.size(), 2);
    return greedy(
        tapes, start,
        [&](Tape& own, std::span<const int> previous, DecoderState& state) {
          seen.emplace_back(previous.begin(), previous.end());
          CHECK(state.step + 1 == static_cast<int>(seen.size()));
          CHECK(state.beam() == 1);
          const auto words = static_cast<std::int64_t>(next.size());
          const auto count = static_cast<std::int64_t>(previous.size());
          CHECK(state.sentences[0].shape() == Shape{count, 2, 1});
          std::vector<double> logits(previous.size() * next.size(), -1.0);
          std::vector<double> weights;
          for (std::size_t b = 0; b < previous.size(); ++b) {
            logits[b * next.size() + static_cast<std::size_t>(next[static_cast<std::size_t>(previous[b])])] = 2.0;
            const double row = state.hypotheses[0].value().at(static_cast<std::int64_t>(b), 0);
            weights.insert(weights.end(), {row, state.sentences[0].value().at(static_cast<std::int64_t>(2 * b), 0)});
          }
          return DecoderOutput{own.constant({count, words}, logits), own.constant({count, 2}, weights)};
        },
        {kBegin, kEnd, limits}, keep_weights);
  }
  std::vector<std::vector<int>> ids(const std::vector<int>& limits) {
    std::vector<std::vector<int>> all;
    for (const Hypothesis& said : decode(limits)) all.push_back(said.ids);
    return all;
  }
  std::vector<int> next;
  Tape tape;
  DecodingTapes tapes;
  std::vector<std::vector<int>> seen;
};

}  // namespace

TEST_CASE("greedy decoding follows the most probable token to the end mark", "[sequence][decoding]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Chain chain({3, 0, 1, 4, 2}, precision);  // begin, 3, 4, 2, end
    CHECK(chain.ids({10, 10}) == std::vector<std::vector<int>>{{3, 4, 2}, {3, 4, 2}});
    CHECK(chain.seen.front() == std::vector<int>{kBegin, kBegin});
    CHECK(chain.seen.size() == 4);
    CHECK(chain.decode({10}).front().ended);
  }
}

TEST_CASE("each row ends at its own limit, and a limit of 0 gives nothing", "[sequence][decoding]") {
  Chain endless({2, 0, 2});
  CHECK(endless.ids({3, 0, 1}) == std::vector<std::vector<int>>{{2, 2, 2}, {}, {2}});
  CHECK(endless.seen.size() == 3);
  CHECK_FALSE(endless.decode({3}).front().ended);
  Chain none({2, 0, 2});
  CHECK(none.ids({0, 0}) == std::vector<std::vector<int>>{{}, {}});
  CHECK(none.seen.empty());
  CHECK(none.ids({}).empty());
}

TEST_CASE("finished sentences are no longer decoded, and each row keeps its own state", "[sequence][decoding]") {
  Chain endless({2, 0, 2});
  std::vector<int> limits{1, 6, 2, 0, 5, 1, 1, 1};
  const auto said = endless.decode(limits, true);
  CHECK(endless.seen[0].size() == 7);
  CHECK(endless.seen[1].size() == 3);
  CHECK(endless.seen.back().size() == 1);
  for (std::size_t b = 0; b < limits.size(); ++b) {
    CHECK(said[b].ids.size() == static_cast<std::size_t>(limits[b]));
    CHECK(said[b].weights.size() == said[b].ids.size());
    for (const auto& row : said[b].weights) CHECK(row == std::vector<float>{static_cast<float>(b), 0.5F});
  }
}

TEST_CASE("the memory of a decoding does not grow with its length", "[sequence][decoding]") {
  Chain endless({2, 0, 2});
  endless.decode({4, 4});
  const std::size_t few = endless.tapes.current().arena().capacity();
  endless.decode({400, 400});
  CHECK(endless.tapes.current().arena().capacity() == few);
}

TEST_CASE("an end mark at once gives an empty text", "[sequence][decoding]") {
  Chain silent({kEnd, 0});
  CHECK(silent.ids({5}) == std::vector<std::vector<int>>{{}});
}

TEST_CASE("ties go to the smaller id, and NaN is never chosen", "[sequence][decoding]") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [logits, expected] : std::vector<std::pair<std::vector<double>, std::vector<int>>>{
           {{0, 0, 7, 7, 7}, {2}}, {{kNan, 0, kNan, 3, 2}, {3}}, {{kNan, kNan, kNan, kNan, kNan}, {}}}) {
    Tape tape(Precision::f32, false);
    DecodingTapes tapes(Precision::f32);
    const std::vector<int> limits{1};
    const auto result = greedy(tapes, {{tape.zeros({1, 1})}, {}, {1}},
                               [&, own = logits](Tape& t, std::span<const int>, DecoderState&) {
                                 return DecoderOutput{t.constant({1, 5}, own), {}};
                               },
                               {kBegin, kEnd, limits});
    CHECK(result[0].ids == expected);
  }
}
