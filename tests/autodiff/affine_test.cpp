#include "autodiff/affine.h"

#include "autodiff/attend.h"
#include "autodiff/cross_entropy.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::Matrix;
using test::weigh;
using test::wrong_gradient;

namespace {

const std::vector<int> kIds{2, 0, 2, 4, 1, 1};

/// x [T, B, 3], weight [3, 4] and so on, with their linear map.
struct Map {
  Inputs inputs;
  Parameter x = inputs("x", {2, 3, 3});
  Parameter h = inputs("h", {3, 4});
  Parameter z = inputs("z", {3, 4});
  Parameter weight = inputs("weight", {3, 4});
  Parameter square = inputs("square", {4, 4});
  Parameter bias = inputs("bias", {4});
};

std::vector<double> values_of(Var var) { return test::values_of(var.value()); }

}  // namespace

TEST_CASE("affine is x W + b", "[autodiff][affine]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Inputs inputs(precision);
    const Parameter x = inputs("x", {2, 3, 3}), weight = inputs("weight", {3, 4}), bias = inputs("bias", {4});
    Tape tape(precision, true);
    const Var y = affine(x.on(tape), weight.leaf(), &bias.leaf());
    CHECK(y.shape() == Shape{2, 3, 4});
    for (int r = 0; r < 6; ++r) {
      for (int c = 0; c < 4; ++c) {
        double sum = bias.leaf().value.at(0, c);
        for (int k = 0; k < 3; ++k) sum += x.leaf().value.at(r, k) * weight.leaf().value.at(k, c);
        CHECK(y.value().at(r, c) == Approx(sum).epsilon(1e-5).margin(1e-6));
      }
    }
  }
}

TEST_CASE("affine's gradient, with and without bias, once and over many uses", "[autodiff][affine]") {
  Map m;
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) { return weigh(affine(m.x.on(t), m.weight.leaf(), nullptr)); }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) { return weigh(affine(m.x.on(t), m.weight.leaf(), &m.bias.leaf())); }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
          Var h = m.h.on(t);
          for (int step = 0; step < 4; ++step) h = tanh(affine(h, m.square.leaf(), &m.bias.leaf()));
          return weigh(h);
        }) == "");
}

TEST_CASE("a weight that is also used as a plain value collects both gradients", "[autodiff][affine]") {
  Map m;
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
          const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
          return weigh(y) + weigh(tanh(m.square.on(t)));
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
          const Var w = tanh(m.square.on(t));
          return weigh(w) + weigh(affine(m.h.on(t), m.square.leaf(), nullptr));
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) { return weigh(affine(m.square.on(t), m.square.leaf(), nullptr)); }) == "");
}

TEST_CASE("a one-hot input selects rows of the weight", "[autodiff][affine]") {
  Inputs inputs;
  const Parameter weight = inputs("weight", {5, 4}), bias = inputs("bias", {4});
  Tape tape(Precision::f64, true);
  const Var y = affine(tape.one_hot(kIds, {2, 3, 5}), weight.leaf(), &bias.leaf());
  CHECK(y.shape() == Shape{2, 3, 4});
  for (int r = 0; r < 6; ++r) {
    CHECK(y.value().at(r, 3) ==
          Approx(weight.leaf().value.at(kIds[static_cast<std::size_t>(r)], 3) + bias.leaf().value.at(0, 3)));
  }
  tape.backward(weigh(y));
  CHECK(weight.leaf().touched == Touched::rows);
  CHECK(weight.leaf().rows.size() == 4);
  inputs.set.clear_gradients();
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          return weigh(affine(t.one_hot(kIds, {2, 3, 5}), weight.leaf(), &bias.leaf()));
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var one = affine(t.one_hot(kIds, {6, 5}), weight.leaf(), nullptr);
          const Var written = t.one_hot(kIds, {6, 5});
          (void)written.value();
          return weigh(one) + weigh(affine(written, weight.leaf(), nullptr));
        }) == "");
}

TEST_CASE("a joined input is multiplied part by part", "[autodiff][affine]") {
  Inputs inputs;
  const Parameter a = inputs("a", {6, 2}), b = inputs("b", {6, 3}), weight = inputs("weight", {10, 4}),
                  bias = inputs("bias", {4});
  const auto parts = [&](Tape& t) { return concat({a.on(t), t.one_hot(kIds, {6, 5}), b.on(t)}); };
  const auto plain = [&](Tape& t) {
    const Var joined = parts(t);
    (void)joined.value();
    return reshape(joined, {1, 6, 10});  // a view: no longer known as joined
  };
  Tape tape(Precision::f64, true);
  const Var by_parts = affine(parts(tape), weight.leaf(), &bias.leaf());
  const Var whole = affine(plain(tape), weight.leaf(), &bias.leaf());
  CHECK(test::largest_difference(values_of(by_parts), values_of(whole)) < 1e-14);
  for (const bool with_bias : {true, false}) {
    Leaf* const own = with_bias ? &bias.leaf() : nullptr;
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(affine(parts(t), weight.leaf(), own)); }) == "");
    CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(affine(plain(t), weight.leaf(), own)); }) == "");
  }
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var joined = parts(t);
          return weigh(affine(joined, weight.leaf(), nullptr)) + weigh(tanh(joined)) +
                 weigh(affine(joined, weight.leaf(), &bias.leaf()));
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var inner = concat({a.on(t), t.one_hot(kIds, {6, 5})});
          return weigh(affine(concat({inner, b.on(t)}), weight.leaf(), nullptr)) + weigh(inner);
        }) == "");
}

TEST_CASE("x + linear(h) has the sum's value and gradient in both orders", "[autodiff][affine]") {
  Map m;
  for (const bool product_first : {false, true}) {
    const auto sum = [&](Tape& t) {
      const Var z = tanh(m.z.on(t));
      const Var y = affine(m.h.on(t), m.square.leaf(), &m.bias.leaf());
      return product_first ? y + z : z + y;
    };
    Tape tape(Precision::f64, true), reading(Precision::f64, false);
    const Var folded = sum(tape);
    CHECK(test::largest_difference(values_of(folded), values_of(sum(reading))) < 1e-15);
    CHECK(tape.record_count() == 2);  // tanh and affine: no third for the sum
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) { return weigh(sum(t)); }) == "");
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
            const Var s = sum(t);
            return weigh(s * s) + weigh(sigmoid(s)) + weigh(columns(s, 1, 2));
          }) == "");
  }
}

TEST_CASE("sums that cannot be folded are sums all the same", "[autodiff][affine]") {
  Map m;
  const auto linear = [&](Tape& t) { return affine(m.h.on(t), m.square.leaf(), nullptr); };
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {  // both are linear maps
          const Var a = linear(t);
          const Var b = affine(m.z.on(t), m.square.leaf(), &m.bias.leaf());
          return weigh(a + b);
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {  // three summands
          return weigh(m.z.on(t) + linear(t) + m.h.on(t));
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {  // with itself
          const Var y = linear(t);
          return weigh(y + y);
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) { return weigh(m.bias.on(t) + linear(t)); }) == "");  // over rows
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {                                                     // used before
          const Var y = linear(t);
          const Var used = tanh(y);
          return weigh(m.z.on(t) + y) + weigh(used);
        }) == "");
  CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
          return weigh(linear(t) + columns(concat({m.z.on(t), m.h.on(t)}), 2, 4));
        }) == "");
}

TEST_CASE("a sum's gradient reaches a summand that has users of its own, and one that has none", "[autodiff][affine]") {
  Map m;
  const auto linear = [&](Tape& t) { return affine(m.h.on(t), m.square.leaf(), nullptr); };
  const auto check = [&](const std::function<Var(Tape&)>& loss) { CHECK(wrong_gradient(m.inputs, loss) == ""); };
  check([&](Tape& t) {  // the summand is used before and after
    const Var z = tanh(m.z.on(t));
    const Var before = z * z;
    const Var sum = z + linear(t);
    return weigh(sum) + weigh(before) + weigh(sigmoid(z));
  });
  check([&](Tape& t) {  // a chain of sums, each folded into the next map
    const Var first = tanh(m.z.on(t)) + linear(t);
    const Var second = first + affine(m.h.on(t), m.square.leaf(), &m.bias.leaf());
    return weigh(second * second);
  });
  check([&](Tape& t) {  // the summand is itself the sum's map's input
    const Var z = tanh(m.z.on(t));
    return weigh(z + affine(z, m.square.leaf(), nullptr));
  });
  check([&](Tape& t) {  // two sums share a summand
    const Var z = tanh(m.z.on(t));
    const Var first = z + linear(t);
    const Var second = z + affine(m.h.on(t), m.square.leaf(), &m.bias.leaf());
    return weigh(first * second);
  });
  check([&](Tape& t) {  // slices of the sum, some of them unused
    const Var sum = tanh(m.z.on(t)) + linear(t);
    return weigh(columns(sum, 1, 2) * columns(sum, 2, 2));
  });
  check([&](Tape& t) {  // a slice as summand, beside others of its root
    const Var z = tanh(m.z.on(t));
    const Var wide = concat({z, z});
    const Var sum = columns(wide, 2, 4) + linear(t);
    return weigh(sum) + weigh(columns(wide, 0, 3));
  });
  check([&](Tape& t) {  // entries of one sequence as summands, step by step
    const Var steps = tanh(affine(m.x.on(t), m.weight.leaf(), &m.bias.leaf()));
    Var h = m.h.on(t);
    for (int i = 0; i < 2; ++i) h = tanh(at(steps, i) + affine(h, m.square.leaf(), nullptr));
    return weigh(h) + weigh(at(steps, 0));
  });
}

TEST_CASE("the sum leaves the linear map's own value alone", "[autodiff][affine]") {
  Map m;
  const auto both = [&](Tape& t) {
    const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
    const Var sum = m.z.on(t) + y;
    return tanh(y) + sum;  // y is asked for again after the sum
  };
  Tape tape(Precision::f64, true), reading(Precision::f64, false);
  CHECK(test::largest_difference(values_of(both(tape)), values_of(both(reading))) < 1e-14);
}

TEST_CASE("a joined value as the other summand gets its gradient", "[autodiff][affine]") {
  Map m;
  for (const bool product_first : {false, true}) {
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
            const Var joined = concat({columns(m.z.on(t), 0, 1), columns(m.z.on(t), 1, 3)});
            const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
            return weigh(product_first ? y + joined : joined + y);
          }) == "");
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) {  // and where the joined value has another user
            const Var joined = concat({columns(m.z.on(t), 0, 1), columns(m.z.on(t), 1, 3)});
            const Var other = affine(joined, m.square.leaf(), &m.bias.leaf());
            const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
            return weigh(product_first ? y + joined : joined + y) + weigh(other);
          }) == "");
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) {
            const Var joined = concat({columns(m.z.on(t), 0, 1), columns(m.z.on(t), 1, 3)});
            const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
            const Var sum = product_first ? y + joined : joined + y;
            return weigh(sum) + weigh(tanh(joined));
          }) == "");
    CHECK(wrong_gradient(m.inputs, [&](Tape& t) {  // and where the sum's gradient takes the place of its value
            const Var joined = concat({columns(m.z.on(t), 0, 1), columns(m.z.on(t), 1, 3)});
            const Var y = affine(m.h.on(t), m.square.leaf(), nullptr);
            return cross_entropy(product_first ? y + joined : joined + y, std::vector<int>{1, 0, 3}, 0.5).loss;
          }) == "");
  }
}

TEST_CASE("affine refuses a width that does not fit, and takes no rows at all", "[autodiff][affine]") {
  Map m;
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(affine(m.h.on(tape), m.weight.leaf(), nullptr), InternalError);
  const Var none = affine(tape.zeros({0, 3}), m.weight.leaf(), &m.bias.leaf());
  CHECK(none.shape() == Shape{0, 4});
  const Var loss = pointwise_sum([](auto v) { return v; }, reshape(m.weight.on(tape), {1, 12}));
  tape.backward(loss);
  CHECK(m.weight.leaf().gradient.at(2, 3) == 1);
}

TEST_CASE("affine_transposed is x times the rows of a table, with its gradient", "[autodiff][affine]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4}), table = inputs("table", {5, 4}), bias = inputs("bias", {5});
  Tape tape(Precision::f64, true);
  const Var y = affine_transposed(x.on(tape), table.leaf(), &bias.leaf());
  REQUIRE(y.shape() == Shape{2, 3, 5});
  double sum = bias.leaf().value.at(0, 3);
  for (int k = 0; k < 4; ++k) sum += x.leaf().value.at(4, k) * table.leaf().value.at(3, k);
  CHECK(y.value().at(4, 3) == Approx(sum));
  const auto once = [&](Tape& t, Leaf* added) { return affine_transposed(tanh(x.on(t)), table.leaf(), added); };
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(once(t, nullptr)) + weigh(bias.on(t)); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(once(t, &bias.leaf())); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {  // a tied table: looked up in, then multiplied by, twice
          const Var words = tanh(lookup(t, table.leaf(), kIds, {2, 3, 4})) + x.on(t);
          return cross_entropy(affine_transposed(words, table.leaf(), &bias.leaf()), kIds, 0.5).loss +
                 weigh(once(t, nullptr));
        }) == "");
}

TEST_CASE("affine_transposed leaves a frozen table alone and refuses a width that does not fit", "[autodiff][affine]") {
  Map m;
  m.weight.leaf().frozen = true;
  Tape tape(Precision::f64, true);
  tape.backward(weigh(affine_transposed(m.square.on(tape), m.weight.leaf(), nullptr)));
  CHECK(m.weight.leaf().touched == Touched::nothing);
  CHECK(m.square.leaf().touched != Touched::nothing);
  CHECK_THROWS_AS(affine_transposed(m.x.on(tape), m.weight.leaf(), nullptr), InternalError);
}
