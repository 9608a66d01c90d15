#include "nn/optimizer.h"

#include <cmath>

#include "autodiff/gradient.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "kernels/matrix.h"
#include "kernels/parallel.h"

using namespace seqlab;
using test::Inputs;

namespace {

/// Writes a whole gradient as backward() would.
void give_gradient(Leaf& leaf, const std::vector<double>& values) {
  Tensor& gradient = leaf.add_to_all();
  for (std::int64_t r = 0; r < gradient.rows(); ++r) {
    for (std::int64_t c = 0; c < gradient.columns(); ++c)
      gradient.set(r, c, values[static_cast<std::size_t>(r * gradient.columns() + c)]);
  }
}

std::vector<double> gradient_of(int step, std::size_t count) {
  Random random(static_cast<std::uint64_t>(step), "gradient");
  std::vector<double> values(count);
  for (double& value : values) value = random.uniform(-2, 2);
  return values;
}

}  // namespace

TEST_CASE("SGD with and without momentum follows its formula", "[nn][optimizer]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const double momentum : {0.0, 0.9}) {
      Inputs inputs(precision);
      const Parameter p = inputs("p", {3, 1000});
      std::vector<double> x = test::values_of(p.leaf().value), v(x.size());
      Sgd sgd(inputs.set, 0.05, momentum);
      for (int step = 0; step < 5; ++step) {
        const auto g = gradient_of(step, x.size());
        give_gradient(p.leaf(), g);
        const double scale = step == 2 ? 0.25 : 1.0;
        if (step == 3) sgd.set_rate(0.01);
        for (std::size_t i = 0; i < x.size(); ++i) {
          v[i] = momentum * v[i] + scale * g[i];
          x[i] -= sgd.rate() * v[i];
        }
        sgd.step(scale);
        CHECK(p.leaf().touched == Touched::nothing);
      }
      CHECK(test::largest_difference(test::values_of(p.leaf().value), x) < (precision == Precision::f64 ? 1e-13 : 2e-6));
    }
  }
}

TEST_CASE("Adam follows its formula, bias correction and all", "[nn][optimizer]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    Inputs inputs(precision);
    const Parameter p = inputs("p", {3, 1000});
    std::vector<double> x = test::values_of(p.leaf().value), m(x.size()), v(x.size());
    Adam adam(inputs.set, 0.05, 0.8, 0.95, 1e-3);
    for (int step = 1; step <= 6; ++step) {
      const auto g = gradient_of(step, x.size());
      give_gradient(p.leaf(), g);
      const double scale = step == 2 ? 0.25 : 1.0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        m[i] = 0.8 * m[i] + 0.2 * scale * g[i];
        v[i] = 0.95 * v[i] + 0.05 * scale * g[i] * scale * g[i];
        x[i] -= 0.05 * (m[i] / (1 - std::pow(0.8, step))) / (std::sqrt(v[i] / (1 - std::pow(0.95, step))) + 1e-3);
      }
      adam.step(scale);
    }
    CHECK(test::largest_difference(test::values_of(p.leaf().value), x) < (precision == Precision::f64 ? 1e-13 : 5e-6));
  }
}

TEST_CASE("rows that a batch did not touch are left alone, their moments too", "[nn][optimizer]") {
  Inputs inputs;
  const Parameter table = inputs("table", {5, 3});
  std::vector<double> x = test::values_of(table.leaf().value), m(15), v(15);
  Adam adam(inputs.set, 0.1);
  Tape tape(Precision::f64, true);
  const std::vector<std::vector<int>> batches{{0, 2, 2}, {2}, {4, 0}, {2, 4}};
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const auto& ids = batches[b];
    tape.clear();
    const auto count = static_cast<std::int64_t>(ids.size());
    tape.backward(
        pointwise_sum([](auto e) { return e; }, reshape(lookup(tape, table.leaf(), ids, {count, 3}), {1, count * 3})));
    adam.step(1.0);
    const int step = static_cast<int>(b) + 1;
    for (int row = 0; row < 5; ++row) {
      const auto uses = static_cast<double>(std::ranges::count(ids, row));
      if (uses == 0) continue;
      for (std::size_t i = static_cast<std::size_t>(row) * 3; i < static_cast<std::size_t>(row) * 3 + 3; ++i) {
        m[i] = 0.9 * m[i] + 0.1 * uses;
        v[i] = 0.999 * v[i] + 0.001 * uses * uses;
        x[i] -= 0.1 * (m[i] / (1 - std::pow(0.9, step))) / (std::sqrt(v[i] / (1 - std::pow(0.999, step))) + 1e-8);
      }
    }
    CHECK(test::largest_difference(test::values_of(table.leaf().value), x) < 1e-12);
  }
}

TEST_CASE("a parameter without gradient stays as it is", "[nn][optimizer]") {
  Inputs inputs;
  const Parameter used = inputs("used", {2, 2}), unused = inputs("unused", {2, 2});
  Adam adam(inputs.set, 0.1);
  const auto before = test::values_of(unused.leaf().value);
  for (int step = 0; step < 3; ++step) {
    give_gradient(used.leaf(), {1, 2, 3, 4});
    adam.step(1.0);
  }
  CHECK(test::values_of(unused.leaf().value) == before);
  CHECK(unused.leaf().version == 0);
  CHECK(used.leaf().version == 3);
}

TEST_CASE("the norm counts whole gradients and touched rows, and shows what is broken", "[nn][optimizer]") {
  Inputs inputs(Precision::f32);
  const Parameter p = inputs("p", {2, 2}), table = inputs("table", {4, 2}), unused = inputs("unused", {3, 3});
  CHECK(gradient_norm(inputs.set) == 0);
  fill(unused.leaf().gradient, 100);  // left over: not touched in this batch
  give_gradient(p.leaf(), {1, 2, 2, 0});
  CHECK(gradient_norm(inputs.set) == Approx(3));
  table.leaf().add_to_row(2).set(2, 1, 4);
  CHECK(gradient_norm(inputs.set) == Approx(5));
  p.leaf().gradient.set(0, 0, std::nan(""));
  CHECK(std::isnan(gradient_norm(inputs.set)));
  p.leaf().gradient.set(0, 0, INFINITY);
  CHECK(std::isinf(gradient_norm(inputs.set)));
}

TEST_CASE("updates have the same bits on one thread and on two", "[nn][optimizer]") {
  const int before = thread_count();
  std::vector<std::vector<double>> all;
  for (const int threads : {1, 2}) {
    set_thread_count(threads);
    Inputs inputs(Precision::f32);
    const Parameter p = inputs("p", {70, 1000});
    Adam adam(inputs.set, 0.1);
    for (int step = 0; step < 3; ++step) {
      give_gradient(p.leaf(), gradient_of(step, 70'000));
      adam.step(1.0);
    }
    all.push_back(inputs.set.snapshot());
  }
  set_thread_count(before);
  CHECK(all[0] == all[1]);
}
