#include "autodiff/packed_weights.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// Values and gradients of a chain of products with one weight, wide enough to be packed at its second use.
std::vector<double> chain(Precision precision) {
  Inputs inputs(precision);
  const Parameter x = inputs("x", {16, 256}), weight = inputs("weight", {512, 256}), bias = inputs("bias", {256});
  for (Leaf* leaf : inputs.set.leaves()) {
    for (std::int64_t r = 0; r < leaf->value.rows(); ++r) {
      for (std::int64_t c = 0; c < leaf->value.columns(); ++c) leaf->value.set(r, c, 0.1 * leaf->value.at(r, c));
    }
  }
  Tape tape(precision, true);
  Var h = x.on(tape);
  for (int step = 0; step < 4; ++step) h = tanh(affine_part(h, weight.leaf(), step % 2 == 0 ? 0 : 256, &bias.leaf()));
  std::vector<double> all = test::values_of(h.value());
  tape.backward(weigh(h));
  for (Leaf* leaf : inputs.set.leaves()) {
    const auto own = test::values_of(leaf->gradient);
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

}  // namespace

TEST_CASE("packed weights give what the matrix gives, forward and backward", "[autodiff][affine]") {
  const auto packed = chain(Precision::f32), reference = chain(Precision::f64);
  REQUIRE(packed.size() == reference.size());
  for (std::size_t i = 0; i < packed.size(); ++i) REQUIRE(packed[i] == Approx(reference[i]).margin(1e-5));
}

TEST_CASE("weights are packed at their second use, anew when they change", "[autodiff][affine]") {
  Inputs inputs(Precision::f32);
  Leaf& weight = inputs("weight", {256, 256}).leaf();
  PackedWeights weights;
  CHECK(weights.find(weight, 0, 256, false, 16) == nullptr);
  const PackedMatrix* packed = weights.find(weight, 0, 256, false, 16);
  CHECK(packed != nullptr);
  CHECK(weights.find(weight, 0, 256, false, 16) == packed);
  CHECK(weights.find(weight, 0, 256, true, 16) == nullptr);   // another order
  CHECK(weights.find(weight, 0, 256, false, 17) == nullptr);  // other products
  ++weight.version;
  CHECK(weights.find(weight, 0, 256, false, 16) == nullptr);
  Inputs few(Precision::f32);
  Leaf& small = few("small", {8, 8}).leaf();
  for (int use = 0; use < 3; ++use) CHECK(weights.find(small, 0, 80, false, 16) == nullptr);
}

TEST_CASE("a part of a weight's rows is a part of the product", "[autodiff][affine]") {
  Inputs inputs;
  const Parameter x = inputs("x", {4, 2}), y = inputs("y", {4, 3}), weight = inputs("weight", {5, 6}),
                  bias = inputs("bias", {6});
  Tape tape(Precision::f64, false);
  const Var whole = affine(concat({x.on(tape), y.on(tape)}), weight.leaf(), &bias.leaf());
  const Var parts =
      affine_part(x.on(tape), weight.leaf(), 0, &bias.leaf()) + affine_part(y.on(tape), weight.leaf(), 2, nullptr);
  const auto expected = test::values_of(whole.value()), got = test::values_of(parts.value());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(got[i] == Approx(expected[i]));
  CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
          return weigh(tanh(affine_part(x.on(t), weight.leaf(), 0, &bias.leaf()) +
                            affine_part(tanh(y.on(t)), weight.leaf(), 2, nullptr)));
        }) == "");
  // Parts that overlap, that leave the first rows out, and that leave the last out.
  for (const auto& [first, second] : std::vector<std::pair<int, int>>{{1, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 1}}) {
    INFO(first << " " << second);
    CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
            return weigh(affine_part(x.on(t), weight.leaf(), first, nullptr) +
                         affine_part(tanh(y.on(t)), weight.leaf(), second, nullptr));
          }) == "");
  }
  CHECK_THROWS_AS(affine_part(y.on(tape), weight.leaf(), 3, nullptr), InternalError);
}
