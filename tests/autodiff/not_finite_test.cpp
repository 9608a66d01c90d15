#include "autodiff/not_finite.h"

#include <cmath>
#include <limits>

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "autodiff/pointwise.h"
#include "catch.h"

using namespace seqlab;
using test::Inputs;

namespace {

/// As a plugin's class: its name should come up in messages.
struct Probe {
  static Var step(Var x) {
    return pointwise([](auto a) { return log(a); }, x);
  }
};

}  // namespace

TEST_CASE("the first value that is not finite is named with its operation") {
  Inputs inputs;
  const Parameter weight = inputs("weight", {2, 2});
  Tape tape(Precision::f64, true);
  const std::vector<double> numbers{1, 2};
  const Var x = tape.constant({1, 2}, numbers);
  const Var y = affine(x, weight.leaf(), nullptr);
  CHECK_FALSE(first_not_finite_value(tape).has_value());
  const Var z = Probe::step(y - y);  // log(0)
  const Var after = z + z;
  CHECK(std::isinf(after.value().at(0, 0)));
  const auto found = first_not_finite_value(tape);
  REQUIRE(found.has_value());
  CHECK(found->index == static_cast<std::size_t>(z.id()));
  CHECK(to_text(found->origin) == "pointwise in Probe::step");
  REQUIRE(found->before != nullptr);
  CHECK(found->before->name == "weight");
}

TEST_CASE("a parameter that is not finite is the first itself") {
  Inputs inputs;
  const Parameter weight = inputs("weight", {2, 2});
  Tape tape(Precision::f64, true);
  const Var x = tape.constant({1, 2}, 1.0);
  weight.leaf().value.set(1, 0, std::numeric_limits<double>::quiet_NaN());
  (void)affine(x, weight.leaf(), nullptr);
  const auto found = first_not_finite_value(tape);
  REQUIRE(found.has_value());
  CHECK(to_text(found->origin) == "parameter weight");
}

TEST_CASE("on the way back, the first gradient that is not finite is named") {
  Inputs inputs;
  const Parameter weight = inputs("weight", {2, 2});
  Tape tape(Precision::f64, true);
  const Var y = affine(tape.constant({1, 2}, 1.0), weight.leaf(), nullptr);
  const Var zero = y - y;
  const Var root = pointwise([](auto a) { return sqrt(a); }, zero);  // infinite slope at 0
  const Var sum = pointwise_sum([](auto a) { return a; }, root);
  CHECK_FALSE(first_not_finite_value(tape).has_value());
  tape.backward(reshape(sum, {1, 1}));
  const auto found = first_not_finite_gradient(tape);
  REQUIRE(found.has_value());
  CHECK(found->index == static_cast<std::size_t>(zero.id()));
  CHECK(to_text(found->origin) == "pointwise in operator-");
  CHECK_FALSE(all_finite(weight.leaf().gradient));
  CHECK(all_finite(weight.leaf().value));
}
