#include "autodiff/pool.h"

#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

const std::vector<int> kLengths{3, 1, 0, 2};
const std::vector<int> kSteps{2, 0, -1, 1};

/// [3, 4, 2]: x[t, b, c] = 100 t + 10 b + c, column 1 negative.
Var example(Tape& tape) {
  std::vector<double> values;
  for (int t = 0; t < 3; ++t) {
    for (int b = 0; b < 4; ++b) values.insert(values.end(), {100.0 * t + 10.0 * b, -(100.0 * t + 10.0 * b + 1)});
  }
  return tape.constant({3, 4, 2}, values);
}

}  // namespace

TEST_CASE("pooling over time sees each row's own steps alone") {
  Tape tape(Precision::f64, false);
  const Var x = example(tape);
  const Tensor mean = mean_over_time(x, kLengths).value();
  const Tensor max = max_over_time(x, kLengths).value();
  const Tensor one = at_steps(x, kSteps).value();
  CHECK(mean.at(0, 0) == 100);
  CHECK(mean.at(0, 1) == -101);
  CHECK(mean.at(1, 0) == 10);
  CHECK(mean.at(3, 0) == 80);
  CHECK(max.at(0, 0) == 200);
  CHECK(max.at(0, 1) == -1);
  CHECK(max.at(1, 1) == -11);
  CHECK(one.at(0, 0) == 200);
  CHECK(one.at(1, 1) == -11);
  CHECK(one.at(3, 0) == 130);
  for (const Tensor& pooled : {mean, max, one}) {
    CHECK(pooled.shape == Shape({4, 2}));
    CHECK(pooled.at(2, 0) == 0);  // a row of length 0
    CHECK(pooled.at(2, 1) == 0);
  }
}

TEST_CASE("pooling over time has the gradient of its formula, into fresh and into used places") {
  Inputs inputs;
  const Parameter x = inputs("x", {12, 3});
  CHECK(wrong_gradient(inputs, [&](Tape& tape) {
          const Var fresh = pointwise([](auto v) { return v * v + v; }, reshape(x.on(tape), {3, 4, 3}));
          const Var used = pointwise([](auto v) { return v * 2.0; }, reshape(x.on(tape), {3, 4, 3}));
          const Var a = weigh(mean_over_time(fresh, kLengths)) + weigh(max_over_time(used, kLengths));
          const Var b = weigh(at_steps(used, kSteps)) + weigh(mean_over_time(used, kLengths));
          const Var joined = concat({used, fresh});
          return a + b + weigh(max_over_time(joined, kLengths)) + weigh(mean_over_time(joined, kLengths));
        }).empty());
}
