#include "sequence/attention.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "catch.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// q . m of keys that are twice the memory.
class Doubled final : public Scoring {
 public:
  Var keys(Var memory) const override {
    ++calls;
    return 2.0 * memory;
  }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }
  mutable int calls = 0;
};

}  // namespace

TEST_CASE("a memory is prepared once and asked many times", "[sequence][attention]") {
  const Doubled score;
  Tape tape(Precision::f64, false);
  const Var memory = tape.constant({1, 2, 2}, std::vector<double>{1, 0, 0, 1});
  std::vector<int> lengths{2};
  const AttentionMemory prepared = remember(score, memory, lengths);
  lengths[0] = 0;  // the memory has its own copy
  for (const double sharpness : {0.0, 1.0}) {
    const Attended result = attend(score, tape.constant({1, 1, 2}, std::vector<double>{sharpness, 0}), prepared);
    const double first = std::exp(2 * sharpness) / (std::exp(2 * sharpness) + 1);
    CHECK(result.weights.value().at(0, 0) == Approx(first));
    CHECK(result.context.value().at(0, 1) == Approx(1 - first));
  }
  CHECK(score.calls == 1);
}

TEST_CASE("one value per query and one per position meet in every pair", "[sequence][attention]") {
  Inputs inputs;
  const Parameter query = inputs("query", {2, 3, 4}), keys = inputs("keys", {2, 5, 4});
  Tape tape(Precision::f64, true);
  const Var sums = pointwise([](auto q, auto k) { return q + k; }, per_query(query.on(tape)), per_position(keys.on(tape)));
  REQUIRE(sums.shape() == Shape{2, 3, 5, 4});
  CHECK(sums.value().at((1 * 3 + 2) * 5 + 3, 1) ==
        Approx(query.leaf().value.at(1 * 3 + 2, 1) + keys.leaf().value.at(1 * 5 + 3, 1)));
}

TEST_CASE("normalised rows have length 1, and a gradient", "[sequence][attention]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4});
  Tape tape(Precision::f64, false);
  const Var unit = normalise(x.on(tape));
  for (int r = 0; r < 6; ++r) {
    double squares = 0;
    for (int c = 0; c < 4; ++c) squares += unit.value().at(r, c) * unit.value().at(r, c);
    CHECK(squares == Approx(1));
  }
  CHECK(test::wrong_gradient(inputs, [&](Tape& t) { return weigh(tanh(normalise(x.on(t)))); }) == "");
  for (int c = 0; c < 4; ++c) x.leaf().value.set(1, c, 0);
  tape.clear();
  CHECK(normalise(x.on(tape)).value().at(1, 2) == 0);
  Tape training(Precision::f64, true);
  training.backward(weigh(normalise(x.on(training))));
  for (const double value : test::values_of(x.leaf().gradient)) CHECK(std::isfinite(value));
}

TEST_CASE("normalise on a tape of any length", "[sequence][attention]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4});
  Tape reference(Precision::f64, false);
  const auto expected = test::values_of(normalise(x.on(reference)).value());
  for (int before = 0; before < 70; ++before) {
    Tape tape(Precision::f64, false);
    for (int i = 0; i < before; ++i) tape.zeros({1, 1});
    REQUIRE(test::values_of(normalise(x.on(tape)).value()) == expected);
  }
}
