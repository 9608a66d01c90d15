#include "autodiff/lookup.h"
#include "autodiff/dropout.h"

#include <set>

#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"
#include "kernels/parallel.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

TEST_CASE("a lookup gives rows and collects their gradients", "[autodiff][lookup]") {
  Inputs inputs;
  const Parameter table = inputs("table", {6, 3});
  const std::vector<int> ids{5, 0, 5, 5, 2, 0};
  Tape tape(Precision::f64, true);
  const Var rows = lookup(tape, table.leaf(), ids, {2, 3, 3});
  CHECK(rows.shape() == Shape{2, 3, 3});
  for (int r = 0; r < 6; ++r) CHECK(rows.value().at(r, 2) == table.leaf().value.at(ids[static_cast<std::size_t>(r)], 2));
  tape.backward(weigh(rows));
  CHECK(table.leaf().touched == Touched::rows);
  CHECK(std::set<int>(table.leaf().rows.begin(), table.leaf().rows.end()) == std::set<int>{0, 2, 5});
  CHECK(table.leaf().rows.size() == 3);
  CHECK(table.leaf().gradient.at(1, 0) == 0);
  inputs.set.clear_gradients();
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var first = lookup(t, table.leaf(), ids, {2, 3, 3});
          return weigh(tanh(first)) + weigh(lookup(t, table.leaf(), std::vector<int>{1, 5}, {2, 3}));
        }) == "");
}

TEST_CASE("ids outside of the table are refused, none at all are not", "[autodiff][lookup]") {
  Inputs inputs;
  const Parameter table = inputs("table", {6, 3});
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(lookup(tape, table.leaf(), std::vector<int>{6}, {1, 3}), InternalError);
  CHECK_THROWS_AS(lookup(tape, table.leaf(), std::vector<int>{-1}, {1, 3}), InternalError);
  CHECK_THROWS_AS(lookup(tape, table.leaf(), std::vector<int>{1, 2}, {1, 3}), InternalError);
  CHECK_THROWS_AS(lookup(tape, table.leaf(), std::vector<int>{1}, {1, 2}), InternalError);
  CHECK(lookup(tape, table.leaf(), {}, {0, 3}).shape() == Shape{0, 3});
}

TEST_CASE("dropout zeroes its share and keeps the mean", "[autodiff][lookup]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Tape tape(precision, true);
    tape.set_randomness(3, 7);
    const Var x = tape.constant({200, 100}, 2.0);
    const auto values = test::values_of(dropout(x, 0.3).value());
    double zeros = 0, sum = 0;
    for (const double value : values) {
      REQUIRE((value == 0 || value == Approx(2 / 0.7)));
      zeros += value == 0 ? 1 : 0;
      sum += value;
    }
    CHECK(zeros / 20000 == Approx(0.3).margin(0.015));
    CHECK(sum / 20000 == Approx(2).margin(0.05));
  }
}

TEST_CASE("dropout's mask follows from seed, batch and place, not from the threads", "[autodiff][lookup]") {
  const auto masks = [](std::uint64_t seed, std::uint64_t batch, int threads) {
    const int before = thread_count();
    set_thread_count(threads);
    Tape tape(Precision::f32, true);
    tape.set_randomness(seed, batch);
    const Var x = tape.constant({301, 101}, 1.0);
    const auto first = test::values_of(dropout(x, 0.5).value());
    const auto second = test::values_of(dropout(x, 0.5).value());
    set_thread_count(before);
    return std::pair(first, second);
  };
  const auto base = masks(1, 1, 1);
  CHECK(base == masks(1, 1, 1));
  CHECK(base == masks(1, 1, 2));
  CHECK(base.first != base.second);
  CHECK(base.first != masks(2, 1, 1).first);
  CHECK(base.first != masks(1, 2, 1).first);
  CHECK(base.second != masks(1, 2, 1).first);
}

TEST_CASE("dropout is the identity outside of training and at rate 0", "[autodiff][lookup]") {
  Tape training(Precision::f32, true), reading(Precision::f32, false);
  const Var x = reading.constant({2, 3}, 1.0);
  CHECK(dropout(x, 0.5).id() == x.id());
  const Var y = training.constant({2, 3}, 1.0);
  CHECK(dropout(y, 0).id() == y.id());
}

TEST_CASE("dropout's gradient passes where the value passed", "[autodiff][lookup]") {
  Inputs inputs;
  const Parameter x = inputs("x", {5, 7});
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var v = dropout(tanh(x.on(t)), 0.4);
          return weigh(v) + weigh(dropout(v, 0.2) * x.on(t));
        }) == "");
}
