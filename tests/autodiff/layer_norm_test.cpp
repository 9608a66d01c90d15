#include "autodiff/layer_norm.h"

#include <cmath>

#include "autodiff/gradient.h"
#include "catch.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

TEST_CASE("layer norm has the gradient of its formula, also where an input serves twice") {
  Inputs inputs;
  const Parameter x = inputs("x", {4, 5});
  const Parameter gain = inputs("gain", {5});
  const Parameter bias = inputs("bias", {5});
  CHECK(wrong_gradient(inputs, [&](Tape& tape) {
          const Var once = layer_norm(x.on(tape), gain.on(tape), bias.on(tape));
          return weigh(once) + weigh(layer_norm(once + x.on(tape), gain.on(tape), bias.on(tape), 0.1));
        }).empty());
}

TEST_CASE("layer norm gives each row mean 0 and variance 1, for any number of columns") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const std::int64_t columns : {2, 7, 64, 129}) {
      Inputs inputs(precision);
      const Parameter x = inputs("x", {3, columns});
      Tape tape(precision, false);
      const Var y = layer_norm(x.on(tape), tape.constant({1, columns}, 1.0), tape.zeros({1, columns}), 0);
      for (std::int64_t r = 0; r < 3; ++r) {
        double sum = 0, squares = 0;
        for (std::int64_t c = 0; c < columns; ++c) {
          sum += y.value().at(r, c);
          squares += y.value().at(r, c) * y.value().at(r, c);
        }
        const auto n = static_cast<double>(columns);
        CAPTURE(precision_name(precision), columns, r);
        CHECK(std::abs(sum / n) < 1e-5);
        CHECK(squares / n == Approx(1).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("layer norm of equal numbers is its bias") {
  Tape tape(Precision::f32, false);
  const Var y = layer_norm(tape.constant({2, 3}, 7.0), tape.constant({1, 3}, 2.0), tape.constant({1, 3}, 0.25));
  for (std::int64_t c = 0; c < 3; ++c) CHECK(y.value().at(1, c) == 0.25);
  const Var one = layer_norm(tape.constant({2, 1}, 7.0), tape.constant({1, 1}, 2.0), tape.constant({1, 1}, 0.5));
  CHECK(one.value().at(0, 0) == 0.5);
}
