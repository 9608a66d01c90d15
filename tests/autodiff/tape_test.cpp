#include "autodiff/tape.h"

#include "autodiff/affine.h"
#include "autodiff/dropout.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

TEST_CASE("a leaf has one Var per batch however often it is asked for", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 2});
  Tape tape(Precision::f64, true);
  CHECK(x.on(tape).id() == x.on(tape).id());
  CHECK(wrong_gradient(
            inputs, [&](Tape& t) { return weigh(tanh(x.on(t))) + weigh(x.on(t) * x.on(t)) + weigh(at(x.on(t), 1)); }) == "");
}

TEST_CASE("a leaf that the loss does not need gets no gradient", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter used = inputs("used", {2, 2}), unused = inputs("unused", {2, 2}), dead = inputs("dead", {2, 2});
  Tape tape(Precision::f64, true);
  (void)unused.on(tape);
  (void)affine(tanh(dead.on(tape)), dead.leaf(), nullptr);  // computed, and used by nobody
  tape.backward(weigh(used.on(tape)));
  CHECK(used.leaf().touched == Touched::all);
  CHECK(unused.leaf().touched == Touched::nothing);
  CHECK(dead.leaf().touched == Touched::nothing);
}

TEST_CASE("frozen values and constants get no gradient", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 2});
  Tape tape(Precision::f64, true);
  const Var product = tape.frozen(x.leaf()) * tape.constant({2, 2}, 3);
  CHECK_FALSE(tape.wants_gradient(product));
  CHECK(tape.record_count() == 0);
  tape.backward(weigh(product));
  CHECK(x.leaf().touched == Touched::nothing);
}

TEST_CASE("a tape that does not train records nothing", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 3});
  Tape tape(Precision::f64, false);
  const Var loss =
      weigh(affine(tanh(x.on(tape)), x.leaf(), nullptr) + lookup(tape, x.leaf(), std::vector<int>{0, 1, 2}, {3, 3}));
  CHECK(tape.record_count() == 0);
  CHECK_THROWS_AS(tape.backward(loss), InternalError);
}

TEST_CASE("backward starts from one number and takes a seed", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {1, 3});
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(tape.backward(x.on(tape)), InternalError);
  tape.backward(pointwise_sum([](auto v) { return v; }, x.on(tape)), -2.5);
  CHECK(test::values_of(x.leaf().gradient) == std::vector<double>{-2.5, -2.5, -2.5});
}

TEST_CASE("a cleared tape starts anew: the same batch gives the same bits", "[autodiff][tape]") {
  Inputs inputs(Precision::f32);
  const Parameter x = inputs("x", {8, 8}), weight = inputs("weight", {8, 8});
  Tape tape(Precision::f32, true);
  std::vector<std::vector<double>> all;
  std::size_t settled = 0;
  for (int batch = 0; batch < 6; ++batch) {
    tape.clear();
    tape.set_randomness(1, 1);
    Var h = x.on(tape);
    for (int step = 0; step < 300; ++step) h = dropout(tanh(affine(h, weight.leaf(), nullptr)), 0.1);
    tape.backward(weigh(h));
    all.push_back(test::values_of(weight.leaf().gradient));
    inputs.set.clear_gradients();
    CHECK(all.back() == all.front());
    if (batch == 1) settled = tape.arena().capacity();
    if (batch > 1) CHECK(tape.arena().capacity() == settled);
  }
  CHECK(test::values_of(weight.leaf().value) != all.front());
}

TEST_CASE("two tapes can share leaves, one batch after the other", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3}), weight = inputs("weight", {3, 3});
  const auto loss = [&](Tape& t) { return weigh(affine(tanh(x.on(t)), weight.leaf(), nullptr)); };
  Tape once(Precision::f64, true);
  once.backward(loss(once));
  const auto expected = test::values_of(weight.leaf().gradient);
  inputs.set.clear_gradients();
  Tape training(Precision::f64, true), reading(Precision::f64, false);
  for (int batch = 0; batch < 3; ++batch) {
    training.clear();
    reading.clear();
    const Var read = loss(reading);
    const Var trained = loss(training);
    (void)loss(reading);
    CHECK(read.value().at(0, 0) == Approx(trained.value().at(0, 0)));
    training.backward(trained);
    CHECK(test::largest_difference(test::values_of(weight.leaf().gradient), expected) < 1e-14);
    inputs.set.clear_gradients();
  }
}

TEST_CASE("gradients of two batches add up where nobody cleared them", "[autodiff][tape]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3}), table = inputs("table", {4, 3}), weight = inputs("weight", {3, 3});
  Tape tape(Precision::f64, true);
  const auto batch = [&] {
    tape.clear();
    const Var rows = lookup(tape, table.leaf(), std::vector<int>{1, 3}, {2, 3});
    tape.backward(weigh(affine(x.on(tape) * rows, weight.leaf(), nullptr)));
  };
  batch();
  std::vector<std::vector<double>> once;
  for (const Leaf* leaf : inputs.set.leaves()) once.push_back(test::values_of(leaf->gradient));
  batch();
  for (std::size_t i = 0; i < once.size(); ++i) {
    auto twice = once[i];
    for (double& value : twice) value *= 2;
    CHECK(test::largest_difference(test::values_of(inputs.set.leaves()[i]->gradient), twice) < 1e-14);
  }
}

TEST_CASE("a leaf has the precision of its tape", "[autodiff][tape]") {
  Inputs inputs(Precision::f32);
  const Parameter x = inputs("x", {2, 2});
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(x.on(tape), InternalError);
}

TEST_CASE("one-hot values are unit vectors, and their ids are checked", "[autodiff][tape]") {
  Tape tape(Precision::f32, false);
  std::vector<int> ids{2, 0};
  const Var hot = tape.one_hot(ids, {2, 3});
  ids[0] = 1;  // the tape has its own copy
  CHECK(test::values_of(hot.value()) == std::vector<double>{0, 0, 1, 1, 0, 0});
  CHECK_THROWS_AS(tape.one_hot(std::vector<int>{3}, {1, 3}), InternalError);
  CHECK_THROWS_AS(tape.one_hot(std::vector<int>{0}, {2, 3}), InternalError);
}
