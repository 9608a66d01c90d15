#include "autodiff/gradient_check.h"

#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

TEST_CASE("the gradient check accepts a right gradient and counts what it compared", "[autodiff][gradient_check]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4});
  const auto check = check_gradient([&](Tape& tape) { return weigh(tanh(x.on(tape))); }, inputs.set.leaves());
  CHECK(check.worst < 1e-9);
  CHECK(check.elements == 12);
}

TEST_CASE("the gradient check sees what is cut off from the tape", "[autodiff][gradient_check]") {
  Inputs inputs;
  const Parameter x = inputs("x", {1, 4});
  const auto check = check_gradient(
      [&](Tape& tape) {
        const Var once = tape.frozen(x.leaf());
        return weigh(x.on(tape) * once);
      },
      inputs.set.leaves());
  CHECK(check.worst > 1e-3);
  CHECK_THAT(check.where, ContainsSubstring("x["));
}

TEST_CASE("the gradient check sees a gradient that is missing altogether", "[autodiff][gradient_check]") {
  Inputs inputs;
  const Parameter x = inputs("x", {1, 3});
  const auto check = check_gradient([&](Tape& tape) { return weigh(tape.frozen(x.leaf())); }, inputs.set.leaves());
  CHECK(check.worst > 0.1);
}

TEST_CASE("gradients are checked in f64 alone", "[autodiff][gradient_check]") {
  Inputs inputs(Precision::f32);
  const Parameter x = inputs("x", {1, 3});
  CHECK_THROWS_AS(check_gradient([&](Tape& tape) { return weigh(x.on(tape)); }, inputs.set.leaves()), InternalError);
}

TEST_CASE("the gradient check leaves values and gradients as it found them", "[autodiff][gradient_check]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 2});
  const auto before = inputs.set.snapshot();
  check_gradient([&](Tape& tape) { return weigh(sigmoid(x.on(tape))); }, inputs.set.leaves());
  CHECK(inputs.set.snapshot() == before);
  CHECK(x.leaf().touched == Touched::nothing);
}
