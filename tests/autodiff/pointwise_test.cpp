#include "autodiff/pointwise.h"

#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

constexpr auto kProduct = [](auto a, auto b) { return a * tanh(b); };

}  // namespace

TEST_CASE("equations on Vars, arrays, parameters and their rows", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 8}), p = inputs("p", {4}), rows_of = inputs("rows", {2, 4});
  const auto equations = [](auto a, auto b, auto c, auto d, auto e) { return outputs(a * c + d, b * sigmoid(e) - a); };
  const auto run = [&](Tape& t) { return pointwise(equations, split<2>(tanh(x.on(t))), p, rows<2>(rows_of)); };
  Tape tape(Precision::f64, true);
  const auto results = run(tape);
  CHECK(results.size() == 2);
  const double a = std::tanh(x.leaf().value.at(1, 2));
  CHECK(results[0].value().at(1, 2) == Approx(a * p.leaf().value.at(0, 2) + rows_of.leaf().value.at(0, 2)));
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const auto r = run(t);
          return weigh(r[0]) + weigh(r[1]);
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(run(t)[1]); }) == "");  // one of two results unused
}

TEST_CASE("a result that nobody uses adds nothing, whatever its slope", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {1, 3});
  x.leaf().value.set(0, 1, 0);
  Tape tape(Precision::f64, true);
  const auto results = pointwise([](auto v) { return outputs(v * v, sqrt(v * v)); }, x.on(tape));
  tape.backward(weigh(results[0]));
  CHECK(x.leaf().gradient.at(0, 1) == 0);  // not 0 times the infinite slope of the root
}

TEST_CASE("one value as several inputs of the same equations", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4}), one = inputs("one", {4});
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var v = x.on(t);
          return weigh(pointwise(kProduct, v, v));
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var v = tanh(x.on(t));
          return weigh(pointwise([](auto a, auto b, auto c) { return a * b - c / (1.5 + a); }, v, v, v)) + weigh(v);
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(pointwise(kProduct, one.on(t), one.on(t))); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          return weigh(pointwise([](auto a, auto b, auto c) { return a * b * c; }, x.on(t), one, one));
        }) == "");
}

TEST_CASE("views of one value as inputs of the same equations", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4});
  const auto check = [&](const std::function<Var(Var)>& f) {
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(f(tanh(x.on(t)))); }) == "");
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(f(x.on(t))); }) == "");
  };
  check([](Var v) { return pointwise(kProduct, columns(v, 0, 2), columns(v, 2, 2)); });
  check([](Var v) { return pointwise(kProduct, columns(v, 0, 3), columns(v, 1, 3)); });
  check([](Var v) { return pointwise(kProduct, at(v, 0), at(v, 2)); });
  check([](Var v) { return pointwise(kProduct, at(v, 1), at(v, 1)); });
}

TEST_CASE("a value with one of its own rows or columns", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4});
  for (const int entry : {0, 1, 2}) {
    for (const bool view_first : {false, true}) {
      INFO("entry " << entry << " view first " << view_first);
      const auto with_part = [&](Var v, Var part) {
        return weigh(view_first ? pointwise(kProduct, part, v) : pointwise(kProduct, v, part));
      };
      CHECK(wrong_gradient(inputs, [&](Tape& t) {
              const Var v = tanh(x.on(t));
              return with_part(v, at(v, entry));
            }) == "");
      CHECK(wrong_gradient(inputs, [&](Tape& t) { return with_part(x.on(t), at(x.on(t), entry)); }) == "");
      CHECK(wrong_gradient(inputs, [&](Tape& t) {
              const Var v = tanh(x.on(t));
              return with_part(v, columns(v, entry, 1));
            }) == "");
    }
  }
}

TEST_CASE("gradients through every way of broadcasting", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter full = inputs("full", {4, 3}), row = inputs("row", {3}), column = inputs("column", {4, 1}),
                  one = inputs("one", {1});
  const Parameter query = inputs("query", {2, 3, 1, 5}), memory = inputs("memory", {2, 1, 4, 5}),
                  direction = inputs("direction", {5});
  const auto three = [](auto a, auto b, auto c) { return c * tanh(a + b) * a; };
  const auto check = [&](const Parameter& a, const Parameter& b, const Parameter& c) {
    INFO(a.leaf().name << " " << b.leaf().name << " " << c.leaf().name);
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(pointwise(three, a.on(t), b.on(t), c.on(t))); }) == "");
    CHECK(wrong_gradient(
              inputs, [&](Tape& t) { return weigh(pointwise(three, tanh(a.on(t)), tanh(b.on(t)), tanh(c.on(t)))); }) == "");
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(pointwise_sum(three, tanh(a.on(t)), b.on(t), c.on(t))); }) ==
          "");
  };
  check(full, row, column);
  check(one, full, row);
  check(column, row, one);
  check(row, row, column);
  check(query, memory, direction);
  check(memory, one, query);
  check(query, query, memory);
}

TEST_CASE("sums over columns have one dimension less", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4, 5});
  Tape tape(Precision::f64, true);
  const auto identity = [](auto v) { return v; };
  const Var sums = pointwise_sum(identity, x.on(tape));
  REQUIRE(sums.shape() == Shape{2, 3, 4});
  double expected = 0;
  for (int c = 0; c < 5; ++c) expected += x.leaf().value.at(23, c);
  CHECK(sums.value().at(5, 3) == Approx(expected));
  CHECK(pointwise_sum(identity, sums).shape() == Shape{2, 3});
  CHECK(pointwise_sum(identity, pointwise_sum(identity, sums)).shape() == Shape{1, 2});
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var s = pointwise_sum(identity, x.on(t));
          return weigh(s * s) + weigh(pointwise_sum(identity, tanh(s)));
        }) == "");
}

TEST_CASE("the ready-made operators", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4}), y = inputs("y", {3, 4});
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(x.on(t) + y.on(t)); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(x.on(t) - y.on(t)); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(x.on(t) * y.on(t)); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(-1.5 * x.on(t)); }) == "");
  CHECK(wrong_gradient(
            inputs, [&](Tape& t) { return weigh(tanh(x.on(t))) + weigh(sigmoid(x.on(t))) + weigh(relu(y.on(t))); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(x.on(t) - x.on(t) * x.on(t)); }) == "");
}

TEST_CASE("f32 gradients agree with f64", "[autodiff][pointwise]") {
  std::vector<std::vector<double>> all;
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Inputs inputs(precision);
    const Parameter x = inputs("x", {7, 40}), row = inputs("row", {40}), column = inputs("column", {7, 1});
    for (Leaf* leaf : inputs.set.leaves()) {  // the same start values in both
      for (int r = 0; r < leaf->value.rows(); ++r) {
        for (int c = 0; c < leaf->value.columns(); ++c) leaf->value.set(r, c, static_cast<float>(leaf->value.at(r, c)));
      }
    }
    Tape tape(precision, true);
    tape.backward(
        weigh(pointwise([](auto a, auto b, auto c) { return tanh(a * b) / (1.5 + c * c); }, x.on(tape), row, column)));
    auto& values = all.emplace_back();
    for (const Leaf* leaf : inputs.set.leaves()) {
      const auto own = test::values_of(leaf->gradient);
      values.insert(values.end(), own.begin(), own.end());
    }
  }
  CHECK(test::largest_difference(all[0], all[1]) < 1e-5);
}

TEST_CASE("shapes that do not broadcast are refused", "[autodiff][pointwise]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4}), y = inputs("y", {2, 4});
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(x.on(tape) + y.on(tape), InternalError);
  CHECK_THROWS_AS(pointwise(kProduct, x, y), InternalError);  // no Var among the inputs: no tape
}
