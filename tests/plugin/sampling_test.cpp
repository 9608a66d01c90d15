#include "plugin/sampling.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

namespace {

std::vector<double> shares(const std::vector<double>& scores, const SamplingOptions& options) {
  constexpr int kDraws = 20000;
  Random random(1, "sampling");
  std::vector<double> counts(scores.size());
  for (int i = 0; i < kDraws; ++i) counts[static_cast<std::size_t>(draw_token(scores, options, random))] += 1.0 / kDraws;
  return counts;
}

/// Says the next number of a circle of four, and counts its steps in the carried state.
class Circle final : public NextTokenModel {
 public:
  BatchLoss loss(Tape&, const LanguageBatch&, CarriedState&) override { return {}; }
  Var predict(Tape& tape, const IdSequences& in, CarriedState& state) override {
    double before = 0;
    if (!state.empty()) before = state.on(tape)[0][0].value().at(0, 0);
    state.take({State(tape.constant({1, 1}, before + in.steps))});
    steps = before + in.steps;
    std::vector<double> scores(static_cast<std::size_t>(in.steps) * 4, 0.0);
    for (int t = 0; t < in.steps; ++t) scores[static_cast<std::size_t>(4 * t + (in.at(t, 0) + 1) % 4)] = 1;
    return tape.constant({in.steps, 1, 4}, scores);
  }
  double steps = 0;
};

}  // namespace

TEST_CASE("tokens are drawn from the softmax of their scores", "[plugin][sampling]") {
  const std::vector<double> scores{0, std::log(2.0), std::log(5.0)};
  const auto plain = shares(scores, {});
  CHECK(plain[0] == Approx(1.0 / 8).margin(0.01));
  CHECK(plain[1] == Approx(2.0 / 8).margin(0.01));
  const auto cold = shares(scores, {0.5, 0});  // squares of the shares
  CHECK(cold[0] == Approx(1.0 / 30).margin(0.01));
  CHECK(cold[2] == Approx(25.0 / 30).margin(0.01));
  const auto two = shares(scores, {1.0, 2});
  CHECK(two[0] == 0);
  CHECK(two[1] == Approx(2.0 / 7).margin(0.01));
  CHECK(shares(scores, {1.0, 1})[2] == Approx(1));
  CHECK(shares(scores, {0.0, 0})[2] == Approx(1));
}

TEST_CASE("a draw that makes no sense is refused", "[plugin][sampling]") {
  Random random(1, "sampling");
  CHECK_THROWS_AS(draw_token({}, {}, random), UserError);
  CHECK_THROWS_AS(draw_token(std::vector<double>{1}, {-1, 0}, random), UserError);
  CHECK_THROWS_AS(draw_token(std::vector<double>{1}, {1, -1}, random), UserError);
}

TEST_CASE("a text is continued token by token, with its state", "[plugin][sampling]") {
  Circle model;
  Tape tape(Precision::f32, false);
  Random random(1, "sampling");
  CHECK(continue_text(model, tape, std::vector<int>{0, 1}, 5, {0, 0}, random) == std::vector<int>{2, 3, 0, 1, 2});
  CHECK(model.steps == 6);  // the last token drawn is not read
  CHECK_THROWS_AS(continue_text(model, tape, {}, 5, {0, 0}, random), UserError);
}
