#include "sequence/unroll.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// h' = 10 h + x: its output spells out which inputs it has seen, in which order. The second part counts steps.
class Digits final : public Recurrence {
 public:
  State initial(Tape& tape, int batch) const override { return {tape.zeros({batch, 1}), tape.zeros({batch, 1})}; }
  Var project(Var inputs) const override {
    ++projections;
    return inputs;
  }
  State step(Var x, const State& s) const override {
    return pointwise([](auto in, auto h, auto n) { return outputs(10.0 * h + in, n + 1.0); }, x, s[0], s[1]);
  }
  mutable int projections = 0;
};

/// tanh(x W + h U + b).
class Simple final : public Recurrence {
 public:
  explicit Simple(Inputs& inputs) : w_(inputs("w", {2, 3})), u_(inputs("u", {3, 3})), b_(inputs("b", {3})) {}
  State initial(Tape& tape, int batch) const override { return tape.zeros({batch, 3}); }
  Var project(Var inputs) const override { return affine(inputs, w_.leaf(), &b_.leaf()); }
  State step(Var x, const State& s) const override { return tanh(x + affine(s[0], u_.leaf(), nullptr)); }

 private:
  Parameter w_, u_, b_;
};

/// Uses the step's input whole, twice, and in slices: x [B, 6].
class Greedy final : public Recurrence {
 public:
  Greedy(Inputs& inputs, int kind) : w_(inputs("w", {2, 6})), u_(inputs("u", {3, 3})), kind_(kind) {}
  State initial(Tape& tape, int batch) const override { return tape.zeros({batch, 3}); }
  Var project(Var inputs) const override {
    const Var all = affine(inputs, w_.leaf(), nullptr);
    return kind_ == 3 ? tanh(all) : all;
  }
  State step(Var x, const State& s) const override {
    const auto halves = split<2>(x);
    const Var linear = affine(s[0], u_.leaf(), nullptr);
    switch (kind_) {
      case 0: return tanh(halves[0] + linear);                                                  // half of x is never used
      case 1: return tanh(halves[0] + linear) * sigmoid(halves[1]) + tanh(halves[0]);           // one half twice
      case 2: return tanh(halves[1] + linear) + columns(tanh(x + concat({s[0], s[0]})), 0, 3);  // a half and the whole
      default: return tanh(columns(x, 1, 3) + linear) * columns(x, 2, 3);                       // overlapping slices
    }
  }

 private:
  Parameter w_, u_;
  int kind_;
};

const std::vector<double> kNumbers{1, 4, 7, 2, 5, 8, 3, 6, 9};  // [T = 3, B = 3]: rows say 123, 456, 789

}  // namespace

TEST_CASE("a cell is run in both directions, each row over its own length", "[sequence][unroll]") {
  const Digits cell;
  Tape tape(Precision::f64, false);
  const std::vector<int> lengths{3, 1, 2};
  const Var inputs = tape.constant({3, 3, 1}, kNumbers);
  const Unrolled forward = unroll(cell, inputs, lengths, cell.initial(tape, 3), TimeDirection::forward);
  CHECK(forward.outputs.shape() == Shape{3, 3, 1});
  CHECK(test::values_of(forward.final[0].value()) == std::vector<double>{123, 4, 78});
  CHECK(test::values_of(forward.final[1].value()) == std::vector<double>{3, 1, 2});
  CHECK(test::values_of(at(forward.outputs, 1).value()) == std::vector<double>{12, 4, 78});
  const Unrolled backward = unroll(cell, inputs, lengths, cell.initial(tape, 3), TimeDirection::backward);
  CHECK(test::values_of(backward.final[0].value()) == std::vector<double>{321, 4, 87});
  CHECK(test::values_of(at(backward.outputs, 0).value()) == std::vector<double>{321, 4, 87});
  CHECK(test::values_of(at(backward.outputs, 1).value())[2] == 8);
  CHECK(test::values_of(backward.final[1].value()) == std::vector<double>{3, 1, 2});
  CHECK(cell.projections == 2);  // once for a whole sequence
}

TEST_CASE("a row of length 0 keeps its initial state", "[sequence][unroll]") {
  const Digits cell;
  Tape tape(Precision::f64, false);
  const State start{tape.constant({3, 1}, 9.0), tape.zeros({3, 1})};
  for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
    const Unrolled result = unroll(cell, tape.constant({3, 3, 1}, kNumbers), std::vector<int>{0, 1, 3}, start, direction);
    CHECK(result.final[0].value().at(0, 0) == 9);
    CHECK(result.final[1].value().at(0, 0) == 0);
    CHECK(result.final[0].value().at(1, 0) == 94);
  }
}

TEST_CASE("the gradient through time, both directions, with lengths", "[sequence][unroll]") {
  Inputs inputs;
  const Parameter x = inputs("x", {4, 3, 2}), h = inputs("h", {3, 3});
  const Simple cell(inputs);
  const std::vector<int> lengths{4, 1, 2};
  for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
    CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
            const Unrolled result = unroll(cell, x.on(t), lengths, State(h.on(t)), direction);
            return weigh(result.outputs) + weigh(result.final[0]);
          }) == "");
  }
}

TEST_CASE("a step may use its input in any way", "[sequence][unroll]") {
  for (const int kind : {0, 1, 2, 3}) {
    INFO("kind " << kind);
    Inputs inputs;
    const Parameter x = inputs("x", {4, 3, 2});
    const Greedy cell(inputs, kind);
    for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
      for (const std::vector<int>& lengths : {std::vector<int>{4, 4, 4}, {4, 1, 2}}) {
        CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
                const Unrolled result = unroll(cell, x.on(t), lengths, cell.initial(t, 3), direction);
                return weigh(result.outputs) + weigh(result.final[0]);
              }) == "");
      }
    }
  }
}

TEST_CASE("one projection may be run over twice, and read besides", "[sequence][unroll]") {
  /// Its projection is the caller's own value.
  class Adder final : public Recurrence {
   public:
    explicit Adder(Inputs& inputs) : u_(inputs("u", {2, 2})) {}
    State initial(Tape& tape, int batch) const override { return tape.zeros({batch, 2}); }
    State step(Var x, const State& s) const override { return tanh(x + affine(s[0], u_.leaf(), nullptr)); }

   private:
    Parameter u_;
  };
  Inputs inputs;
  const Parameter x = inputs("x", {4, 3, 2});
  const Adder cell(inputs);
  const std::vector<int> lengths{4, 1, 2};
  CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
          const Var values = tanh(x.on(t));
          const Unrolled forward = unroll(cell, values, lengths, cell.initial(t, 3), TimeDirection::forward);
          const Unrolled backward = unroll(cell, values, lengths, cell.initial(t, 3), TimeDirection::backward);
          return weigh(forward.outputs) + weigh(backward.outputs) + weigh(values * values);
        }) == "");
}

TEST_CASE("what stands behind a length has no gradient on what stands before", "[sequence][unroll]") {
  Inputs inputs;
  const Parameter x = inputs("x", {4, 3, 2});
  const Simple cell(inputs);
  Tape tape(Precision::f64, true);
  const std::vector<int> lengths{4, 1, 2};
  const Unrolled result = unroll(cell, x.on(tape), lengths, cell.initial(tape, 3), TimeDirection::forward);
  tape.backward(weigh(result.final[0]));
  for (int t = 0; t < 4; ++t) {
    for (int b = 0; b < 3; ++b)
      CHECK((x.leaf().gradient.at(t * 3 + b, 0) != 0) == (t < lengths[static_cast<std::size_t>(b)]));
  }
}

TEST_CASE("masks exist only where some row has ended", "[sequence][unroll]") {
  Tape tape(Precision::f64, false);
  const std::vector<int> lengths{3, 1};
  CHECK_FALSE(step_mask(tape, lengths, 0).exists());
  CHECK(test::values_of(step_mask(tape, lengths, 1).value()) == std::vector<double>{1, 0});
  const State now{tape.constant({2, 2}, 5.0)}, before{tape.constant({2, 2}, 3.0)};
  CHECK(choose({}, now, before)[0].id() == now[0].id());
  CHECK(test::values_of(choose(step_mask(tape, lengths, 1), now, before)[0].value()) == std::vector<double>{5, 5, 3, 3});
}

TEST_CASE("unroll refuses inputs that are no sequence", "[sequence][unroll]") {
  const Digits cell;
  Tape tape(Precision::f64, false);
  CHECK_THROWS_AS(unroll(cell, tape.zeros({3, 1}), std::vector<int>{1}, cell.initial(tape, 1), TimeDirection::forward),
                  InternalError);
  CHECK_THROWS_AS(unroll(cell, tape.zeros({3, 2, 1}), std::vector<int>{1}, cell.initial(tape, 2), TimeDirection::forward),
                  InternalError);
}
