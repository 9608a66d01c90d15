#include "autodiff/layout.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

TEST_CASE("slices and reshapes show the right numbers and copy none", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 8});
  Tape tape(Precision::f64, true);
  const Var v = x.on(tape);
  const Tensor& value = x.leaf().value;
  const auto groups = split<4>(v);
  CHECK(groups[3].shape() == Shape{2, 3, 2});
  CHECK(groups[3].value().at(4, 1) == value.at(4, 7));
  const Var second = at(v, 1);
  CHECK(second.shape() == Shape{3, 8});
  CHECK(second.value().at(2, 5) == value.at(5, 5));
  CHECK(at(second, 2).shape() == Shape{1, 8});
  CHECK(at(columns(second, 4, 3), 1).value().at(0, 2) == value.at(4, 6));
  CHECK(reshape(v, {6, 2, 4}).value().at(11, 3) == value.at(5, 7));
  CHECK(columns(v, 0, 8).id() == v.id());
  CHECK(reshape(v, {2, 3, 8}).id() == v.id());
  CHECK(second.value().data == value.row<double>(3));
  CHECK(tape.record_count() == 0);
}

TEST_CASE("slices outside of their value are refused", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4});
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(columns(x.on(tape), 2, 3), InternalError);
  CHECK_THROWS_AS(columns(x.on(tape), -1, 2), InternalError);
  CHECK_THROWS_AS(at(x.on(tape), 3), InternalError);
  CHECK_THROWS_AS(reshape(x.on(tape), {5, 2}), InternalError);
  CHECK_THROWS_AS(reshape(columns(x.on(tape), 0, 2), {2, 3}), InternalError);
  CHECK_THROWS_AS(concat({x.on(tape), tape.zeros({2, 4})}), InternalError);
  CHECK_THROWS_AS(stack(std::vector<Var>{x.on(tape), tape.zeros({2, 4})}), InternalError);
  CHECK_THROWS_AS(swap_outer(x.on(tape)), InternalError);
}

TEST_CASE("gradients of columns, entries and reshapes", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 8});
  const auto on_value = [&](const std::function<Var(Var)>& f) {
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return f(x.on(t)); }) == "");        // straight from the leaf
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return f(tanh(x.on(t))); }) == "");  // from a result
  };
  on_value([](Var v) { return weigh(tanh(columns(v, 3, 4))); });
  on_value([](Var v) { return weigh(at(v, 1)) + weigh(tanh(at(v, 0))); });
  on_value([](Var v) { return weigh(tanh(reshape(v, {4, 12}))) + weigh(v); });
  on_value([](Var v) {
    const auto g = split<4>(v);
    return weigh(g[0] * g[1] + g[2] * g[3]) + weigh(g[0] * g[3]);
  });
  on_value([](Var v) { return weigh(columns(at(v, 1), 2, 5) * columns(at(v, 1), 3, 5)); });  // overlapping
  on_value([](Var v) { return weigh(at(columns(v, 2, 3), 0) * columns(at(v, 0), 2, 3)); });  // the same place twice
  on_value([](Var v) { return weigh(at(reshape(columns(v, 0, 2), {6, 2}), 4)); });
}

TEST_CASE("gradients of stacks", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 4}), y = inputs("y", {3, 4});
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          return weigh(tanh(stack(std::vector<Var>{x.on(t), tanh(y.on(t)), x.on(t), t.constant({3, 4}, 0.5)})));
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const auto parts = split<2>(tanh(x.on(t)));
          const Var whole = stack(std::vector<Var>{parts[1], parts[0], parts[1]});
          return weigh(at(whole, 2) * at(whole, 1)) + weigh(parts[0]);
        }) == "");
  Tape tape(Precision::f64, true);
  const Var whole = stack(std::vector<Var>{x.on(tape), y.on(tape)});
  CHECK(whole.shape() == Shape{2, 3, 4});
  CHECK(whole.value().at(4, 2) == y.leaf().value.at(1, 2));
  CHECK(stack(std::vector<Var>{whole}).shape() == Shape{1, 2, 3, 4});
}

TEST_CASE("time-major and batch-major, with gradient", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4});
  Tape tape(Precision::f64, true);
  const Var swapped = swap_outer(x.on(tape));
  CHECK(swapped.shape() == Shape{3, 2, 4});
  CHECK(swapped.value().at(2 * 2 + 1, 3) == x.leaf().value.at(1 * 3 + 2, 3));
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var s = swap_outer(x.on(t));
          return weigh(tanh(s)) + weigh(s) + weigh(at(swap_outer(s), 1));
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(swap_outer(columns(tanh(x.on(t)), 1, 2))); }) == "");
}

TEST_CASE("joined values, written out or not, with gradient", "[autodiff][layout]") {
  Inputs inputs;
  const Parameter x = inputs("x", {3, 2}), y = inputs("y", {3, 4});
  const std::vector<int> ids{1, 0, 1};
  Tape tape(Precision::f64, true);
  const Var joined = concat({x.on(tape), tape.one_hot(ids, {3, 2}), columns(y.on(tape), 1, 3)});
  CHECK(joined.shape() == Shape{3, 7});
  CHECK(joined.value().at(2, 1) == x.leaf().value.at(2, 1));
  CHECK(joined.value().at(2, 3) == 1);
  CHECK(joined.value().at(2, 2) == 0);
  CHECK(joined.value().at(2, 6) == y.leaf().value.at(2, 3));
  const auto check = [&](const std::function<Var(Tape&, Var)>& f) {
    CHECK(wrong_gradient(inputs, [&](Tape& t) {
            return f(t, concat({tanh(x.on(t)), t.one_hot(ids, {3, 2}), y.on(t)}));
          }) == "");
  };
  check([](Tape&, Var j) { return weigh(tanh(j)); });
  check([](Tape&, Var j) { return weigh(columns(j, 1, 4)) + weigh(j * j); });
  check([](Tape&, Var j) { return weigh(at(j, 1)) + weigh(reshape(j, {1, 3, 8})); });
  check([](Tape&, Var j) { return weigh(concat({j, j})); });
  check([](Tape&, Var j) { return weigh(stack(std::vector<Var>{j, j})); });
  check([](Tape&, Var j) {
    (void)j.value();
    return weigh(concat({j, columns(j, 0, 1)}));
  });
  check([](Tape&, Var j) { return weigh(swap_outer(reshape(j, {3, 1, 8}))); });
}
