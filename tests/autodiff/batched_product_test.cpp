#include "autodiff/batched_product.h"

#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

TEST_CASE("batched products and their gradients in every transpose", "[autodiff][batched_product]") {
  for (int kind = 0; kind < 4; ++kind) {
    const bool ta = (kind & 1) != 0, tb = (kind & 2) != 0;
    INFO("transposes " << ta << " " << tb);
    Inputs inputs;
    const Parameter a = inputs("a", ta ? Shape{2, 5, 3} : Shape{2, 3, 5});
    const Parameter b = inputs("b", tb ? Shape{2, 4, 5} : Shape{2, 5, 4});
    Tape tape(Precision::f64, true);
    const Var y = batched_product(a.on(tape), ta, b.on(tape), tb);
    REQUIRE(y.shape() == Shape{2, 3, 4});
    const auto at_of = [](const Parameter& p, bool transposed, int block, int row, int column) {
      const Tensor& v = p.leaf().value;
      return transposed ? v.at(block * v.shape[1] + column, row) : v.at(block * v.shape[1] + row, column);
    };
    double sum = 0;
    for (int k = 0; k < 5; ++k) sum += at_of(a, ta, 1, 2, k) * at_of(b, tb, 1, k, 3);
    CHECK(y.value().at(5, 3) == Approx(sum));
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(batched_product(a.on(t), ta, b.on(t), tb)); }) == "");
    CHECK(wrong_gradient(inputs, [&](Tape& t) {
            const Var x = tanh(a.on(t));
            const Var z = sigmoid(b.on(t));
            return weigh(batched_product(x, ta, z, tb)) + weigh(x) + weigh(batched_product(x, ta, z, tb));
          }) == "");
  }
  Inputs inputs;
  const Parameter a = inputs("a", {2, 3, 5});
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(batched_product(a.on(t), false, a.on(t), true)); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          return weigh(batched_product(columns(a.on(t), 0, 3), true, columns(a.on(t), 2, 3), false));
        }) == "");
}
