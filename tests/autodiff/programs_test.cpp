// Random compositions of the operations: what shares memory, is folded or written late must never show in a gradient.

#include <fmt/format.h>

#include "autodiff/affine.h"
#include "autodiff/attend.h"
#include "autodiff/batched_product.h"
#include "autodiff/cross_entropy.h"
#include "autodiff/dropout.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// Values of shape [3, 4], each made of earlier ones; the whole is a function of `seed`.
class Program {
 public:
  Program(std::uint64_t seed, int steps) : seed_(seed), steps_(steps) {}

  Var loss(Tape& tape, bool with_dropout) const {
    Random random(seed_, "program");
    std::vector<Var> pool{x_.on(tape), tanh(y_.on(tape)), lookup(tape, table_.leaf(), std::vector<int>{4, 0, 4}, {3, 4})};
    const auto any = [&] { return pool[static_cast<std::size_t>(random.below(static_cast<int>(pool.size())))]; };
    const auto linear = [&](Var v) {
      const bool first = random.below(2) == 0;
      return affine(v, (first ? w_ : u_).leaf(), random.below(2) == 0 ? &b_.leaf() : nullptr);
    };
    Var total;
    for (int i = 0; i < steps_; ++i) {
      const Var a = any();
      const Var b = any();
      Var made;
      switch (random.below(18)) {
        case 0: made = tanh(a); break;
        case 1: made = a * b; break;
        case 2: made = a - b; break;
        case 3: made = linear(a); break;
        case 4: made = a + linear(b); break;
        case 5: made = linear(a) + b; break;
        case 6: {
          const Var map = linear(a);
          made = b + map;
          if (random.below(2) == 0) pool.push_back(map);  // the map itself is asked for again
          break;
        }
        case 7: made = linear(a) + linear(b); break;
        case 8: made = concat({columns(a, 0, 1), columns(b, 1, 3)}); break;
        case 9: made = at(stack(std::vector<Var>{a, b, a}), random.below(3)); break;
        case 10:
          made = pointwise([](auto p, auto q, auto r) { return sigmoid(p) * q + r * p; }, a, at(a, random.below(3)), b);
          break;
        case 11: made = pointwise([](auto p, auto q) { return p * tanh(q); }, b, columns(b, random.below(4), 1)); break;
        case 12: {
          const auto both = pointwise([](auto p, auto q) { return outputs(p * q, tanh(p) + q); }, a, b);
          made = both[0];
          if (random.below(2) == 0) pool.push_back(both[1]);
          break;
        }
        case 13: made = reshape(swap_outer(reshape(a, {3, 1, 4})), {3, 4}); break;
        case 14: {
          const Attended seen =
              attend(reshape(batched_product(reshape(a, {1, 3, 4}), false, reshape(b, {1, 3, 4}), true), {1, 3, 3}),
                     reshape(any(), {1, 3, 4}), std::vector<int>{1 + random.below(3)});
          made = reshape(seen.context, {3, 4});
          break;
        }
        case 15: made = affine(concat({a, tape.one_hot(std::vector<int>{1, 0, 1}, {3, 2})}), wide_.leaf(), nullptr); break;
        case 16: made = concat({columns(a, 2, 2), columns(b, 0, 2)}) + linear(a); break;
        default: made = with_dropout ? dropout(a, 0.3) : 0.7 * a; break;
      }
      pool.push_back(tanh(made));
      if (random.below(3) == 0) pool.push_back(made);
      Var term;
      switch (random.below(4)) {
        case 0: term = weigh(any()); break;
        case 1:
          term = cross_entropy(random.below(2) == 0 ? any() : linear(any()), std::vector<int>{random.below(4), -1, 2}, 0.5)
                     .loss;
          break;
        case 2: term = cross_entropy(any() + linear(any()), std::vector<int>{1, random.below(4), 3}, 0.5).loss; break;
        default: break;
      }
      if (term.exists()) total = total.exists() ? total + term : term;
    }
    const Var last = weigh(pool.back());
    return total.exists() ? total + last : last;
  }
  Inputs& inputs() { return inputs_; }

 private:
  std::uint64_t seed_;
  int steps_;
  Inputs inputs_;
  Parameter x_ = inputs_("x", {3, 4}), y_ = inputs_("y", {3, 4}), table_ = inputs_("table", {5, 4}),
            w_ = inputs_("w", {4, 4}), u_ = inputs_("u", {4, 4}), b_ = inputs_("b", {4}), wide_ = inputs_("wide", {6, 4});
};

}  // namespace

TEST_CASE("random programs have the gradient of their values", "[autodiff][programs]") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    INFO("program " << seed);
    Program program(seed, 2 + static_cast<int>(seed % 9));
    const std::string wrong = test::wrong_gradient(program.inputs(), [&](Tape& t) { return program.loss(t, true); });
    CHECK(wrong == "");
  }
}

TEST_CASE("random programs have one value, recorded or not", "[autodiff][programs]") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    INFO("program " << seed);
    Program program(seed, 2 + static_cast<int>(seed % 9));
    Tape training(Precision::f64, true), reading(Precision::f64, false);
    CHECK(program.loss(training, false).value().at(0, 0) ==
          Approx(program.loss(reading, false).value().at(0, 0)).epsilon(1e-12));
  }
}

TEST_CASE("random programs have the same gradients on a used tape", "[autodiff][programs]") {
  Tape tape(Precision::f64, true);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    INFO("program " << seed);
    Program program(seed, 2 + static_cast<int>(seed % 9));
    std::vector<std::vector<double>> all;
    for (Tape* own : {&tape, static_cast<Tape*>(nullptr)}) {
      Tape fresh(Precision::f64, true);
      Tape& used = own == nullptr ? fresh : *own;
      used.clear();
      used.set_randomness(1, 1);
      used.backward(program.loss(used, true));
      auto& values = all.emplace_back();
      for (const Leaf* leaf : program.inputs().set.leaves()) {
        const auto one = leaf->touched == Touched::nothing ? std::vector<double>{} : test::values_of(leaf->gradient);
        values.insert(values.end(), one.begin(), one.end());
      }
      program.inputs().set.clear_gradients();
    }
    CHECK(test::largest_difference(all[0], all[1]) < 1e-12);
  }
}
