#include "experiment/divergence.h"

#include <limits>

#include "autodiff/affine.h"
#include "autodiff/pointwise.h"
#include "catch.h"
#include "core/error.h"
#include "nn/state.h"

using namespace seqlab;

namespace {

void see(Divergence& divergence, double loss, int times) {
  for (int i = 0; i < times; ++i) divergence.see(loss, 100 + i);
}

}  // namespace

TEST_CASE("a loss that stays far above its start ends training") {
  Divergence divergence(10);
  see(divergence, 2.5, 1);
  see(divergence, 24.9, 100);
  see(divergence, 26, 19);
  see(divergence, 0.1, 1);  // forgiven
  see(divergence, 26, 19);
  std::string why;
  try {
    divergence.see(30, 812);
  } catch (const UserError& error) {
    why = error.what();
  }
  CHECK_THAT(why, ContainsSubstring("the loss is 30 at step 812 and was above 10 times its start (2.5)"));
  CHECK_THAT(why, ContainsSubstring("train.divergence = 0"));
}

TEST_CASE("divergence can be switched off, and a start of zero or below has no multiples") {
  Divergence off(0);
  see(off, 1, 1);
  see(off, 1e9, 100);
  Divergence negative(10);
  see(negative, -1, 1);
  see(negative, 5, 100);
}

TEST_CASE("the watch goes on where it was") {
  Divergence first(10);
  see(first, 1, 1);
  see(first, 11, 19);
  StateValues values;
  StateArchive written(StateArchive::Way::write, values);
  first.exchange(written);
  Divergence second(10);
  StateArchive read(StateArchive::Way::read, values);
  second.exchange(read);
  CHECK_THROWS_AS(second.see(11, 1), UserError);
}

TEST_CASE("the explanation of a loss names operation and parameters") {
  ParameterSet parameters(Precision::f32, 1);
  const Parameter a = parameters.add("first.weight", {2, 2}, init::constant(1e30));
  const Parameter b = parameters.add("second.weight", {2, 1}, init::constant(1e30));
  Tape tape(Precision::f32, true);
  const Var y = affine(affine(tape.constant({1, 2}, 1.0), a.leaf(), nullptr), b.leaf(), nullptr);
  CHECK(std::isinf(y.value().at(0, 0)));
  CHECK_THAT(explain_loss(tape, parameters), ContainsSubstring("first in linear map by second.weight (value "));
  CHECK_THAT(explain_loss(tape, parameters), ContainsSubstring("on the tape); all parameters are finite"));
  a.leaf().value.set(0, 0, std::numeric_limits<double>::quiet_NaN());
  CHECK_THAT(explain_loss(tape, parameters), ContainsSubstring("first in parameter first.weight (value "));
  CHECK_THAT(explain_loss(tape, parameters), ContainsSubstring("; parameter first.weight is not finite"));
  b.leaf().value.set(0, 0, std::numeric_limits<double>::infinity());
  CHECK_THAT(explain_loss(tape, parameters), ContainsSubstring("parameters first.weight, second.weight are not finite"));
}

TEST_CASE("the explanation of a gradient names operation and parameters") {
  ParameterSet parameters(Precision::f64, 1);
  const Parameter weight = parameters.add("weight", {2, 1}, init::zeros());
  const Parameter other = parameters.add("other", {1, 1}, init::constant(1));
  Tape tape(Precision::f64, true);
  const Var y = affine(tape.constant({1, 2}, 1.0), weight.leaf(), nullptr);
  const Var root = pointwise([](auto x) { return sqrt(x); }, y);
  tape.backward(root + other.on(tape));
  CHECK(
      explain_gradient(tape, parameters) ==
      "first, on the way back, at the result of linear map by weight (value 3 of 6 on the tape); the gradient of parameter "
      "weight is not finite");
}
