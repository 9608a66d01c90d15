#include "nn/linear.h"

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;

TEST_CASE("a linear map owns a weight and, where asked, a bias of zeros", "[nn][linear]") {
  ParameterSet set(Precision::f64, 1);
  const Linear with(set, "with", 3, 8, with_bias), without(set, "without", 3, 4, no_bias);
  CHECK(set.leaves().size() == 3);
  CHECK(set.find("with.weight")->value.shape == Shape{3, 8});
  CHECK(set.find("with.bias")->value.shape == Shape{1, 8});
  CHECK(set.find("without.bias") == nullptr);
  CHECK(test::values_of(set.find("with.bias")->value) == std::vector<double>(8, 0.0));
  with.start_bias(2, 3, 1.5);
  CHECK(test::values_of(set.find("with.bias")->value) == std::vector<double>{0, 0, 1.5, 1.5, 1.5, 0, 0, 0});
  CHECK_THROWS_AS(without.start_bias(0, 1, 1), InternalError);
  CHECK_THROWS_AS(with.start_bias(6, 3, 1), InternalError);
  Tape tape(Precision::f64, false);
  const Var x = tape.constant({2, 1, 3}, std::vector<double>{1, 0, 0, 0, 0, 2});
  CHECK(with(x).value().at(1, 3) == Approx(2 * set.find("with.weight")->value.at(2, 3) + 1.5));
  CHECK(without(x).value().at(0, 3) == Approx(set.find("without.weight")->value.at(0, 3)));
}
