#include "kernels/pointwise.h"

#include <fmt/format.h>

#include "catch.h"
#include "kernels/matrix.h"

using namespace seqlab;
using namespace seqlab::pointwise_kernel;
using test::largest_difference;
using test::Matrix;

namespace {

class Threads {
 public:
  explicit Threads(int count) : before_(thread_count()) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(before_); }

 private:
  int before_;
};

/// Three inputs, two results with a shared intermediate.
constexpr auto kTwo = [](auto a, auto b, auto c) {
  auto shared = tanh(a + b * c);
  return outputs(shared * sigmoid(b), shared - c * a);
};
constexpr auto kOne = [](auto a, auto b, auto c) { return c * tanh(a + b) + a * b; };

/// The row of `tensor` and its column that an element of the loop reads.
std::pair<std::int64_t, std::int64_t> place(const Tensor& tensor, const Shape& whole, std::int64_t element) {
  std::array<std::int64_t, 4> index{}, sizes{1, 1, 1, 1}, own{1, 1, 1, 1};
  for (int i = 0; i < whole.size(); ++i) sizes[static_cast<std::size_t>(4 - whole.size() + i)] = whole[i];
  for (int i = 0; i < tensor.shape.size(); ++i) own[static_cast<std::size_t>(4 - tensor.shape.size() + i)] = tensor.shape[i];
  for (std::size_t d = 4; d-- > 0;) {
    index[d] = element % sizes[d] % own[d];
    element /= sizes[d];
  }
  return {(index[0] * own[1] + index[1]) * own[2] + index[2], index[3]};
}

/// What the engine should give, element by element in double.
struct Expected {
  std::vector<std::vector<double>> results;    // per result
  std::vector<std::vector<double>> gradients;  // per input: sum of upstream * derivative
};

template <std::size_t M, class Equations>
Expected by_hand(const Equations& equations, const std::array<Tensor, 3>& inputs, const Shape& whole,
                 const std::array<Tensor, M>& upstream, bool sum_columns) {
  using P = Packet<double>;
  Expected expected;
  const Shape out = sum_columns ? whole.with_columns(1) : whole;
  expected.results.assign(M, std::vector<double>(static_cast<std::size_t>(out.elements())));
  for (const Tensor& input : inputs) expected.gradients.emplace_back(static_cast<std::size_t>(input.elements()));
  for (std::int64_t e = 0; e < whole.elements(); ++e) {
    std::array<double, 3> x{};
    std::array<std::size_t, 3> at{};
    for (std::size_t n = 0; n < 3; ++n) {
      const auto [row, column] = place(inputs[n], whole, e);
      x[n] = inputs[n].at(row, column);
      at[n] = static_cast<std::size_t>(row * inputs[n].columns() + column);
    }
    const auto results =
        as_tuple(equations(Dual<P, 1U>{{x[0]}, {P{1}}}, Dual<P, 2U>{{x[1]}, {P{1}}}, Dual<P, 4U>{{x[2]}, {P{1}}}));
    const std::int64_t o = sum_columns ? e / whole.columns() : e;
    [&]<std::size_t... R>(std::index_sequence<R...>) {
      const auto one = [&](std::size_t r, const auto& result) {
        expected.results[r][static_cast<std::size_t>(o)] += result.value.v;
        if (upstream[r].data == nullptr) return;
        const double up = upstream[r].at(o / out.columns(), o % out.columns());
        for (std::size_t n = 0; n < 3; ++n) expected.gradients[n][at[n]] += up * result.tangents[n].v;
      };
      (one(R, std::get<R>(results)), ...);
    }
    (std::make_index_sequence<M>{});
  }
  return expected;
}

struct Layout {
  std::array<Shape, 3> shapes;
  Shape whole;
};

std::vector<Layout> layouts(std::int64_t c) {
  return {{{Shape{c}, {c}, {c}}, {c}},
          {{Shape{5, c}, {5, c}, {5, c}}, {5, c}},
          {{Shape{5, c}, {c}, {1, c}}, {5, c}},
          {{Shape{5, c}, {5, 1}, {1}}, {5, c}},
          {{Shape{5, 1}, {1, c}, {5, c}}, {5, c}},
          {{Shape{1, c}, {1, c}, {5, 1}}, {5, c}},
          {{Shape{3, 4, c}, {4, c}, {3, 1, c}}, {3, 4, c}},
          {{Shape{3, 4, 1}, {3, 4, c}, {1, 4, 1}}, {3, 4, c}},
          {{Shape{2, 1, 5, c}, {2, 3, 1, c}, {c}}, {2, 3, 5, c}},
          {{Shape{2, 3, 5, c}, {3, 1, c}, {5, 1}}, {2, 3, 5, c}},
          {{Shape{1, 3, 5, c}, {2, 1, 1, 1}, {2, 3, 5, 1}}, {2, 3, 5, c}},
          {{Shape{0, c}, {c}, {0, 1}}, {0, c}}};
}

template <class T, std::size_t M, class Equations>
void check(const Equations& equations, const Layout& layout, std::int64_t gap, bool sum_columns) {
  constexpr Precision kPrecision = std::is_same_v<T, double> ? Precision::f64 : Precision::f32;
  const double tolerance = kPrecision == Precision::f64 ? 1e-12 : 2e-5;
  INFO(fmt::format("{} {} {} {} gap {} sum {}", precision_name(kPrecision), to_text(layout.shapes[0]),
                   to_text(layout.shapes[1]), to_text(layout.shapes[2]), gap, sum_columns));
  const Matrix a(layout.shapes[0], kPrecision, "a", gap), b(layout.shapes[1], kPrecision, "b", 2 * gap),
      c(layout.shapes[2], kPrecision, "c", gap);
  const std::array<Tensor, 3> inputs{a, b, c};
  REQUIRE(broadcast_shape(inputs) == layout.whole);
  const Shape out = sum_columns ? layout.whole.with_columns(1) : layout.whole;
  const Matrix r0(out, kPrecision), r1(out, kPrecision), u0(out, kPrecision, "u0", gap), u1(out, kPrecision, "u1");
  for (const unsigned used : {1U, 2U, 3U}) {  // which results somebody used
    if (used >= 1U << M) continue;
    std::array<Tensor, M> results, upstream;
    results[0] = r0;
    if ((used & 1U) != 0) upstream[0] = u0;
    if constexpr (M > 1) {
      results[1] = r1;
      if ((used & 2U) != 0) upstream[1] = u1;
    }
    const Expected expected = by_hand<M>(equations, inputs, layout.whole, upstream, sum_columns);
    forward<T>(equations, inputs, layout.whole, results, sum_columns);
    for (std::size_t m = 0; m < M; ++m) {
      REQUIRE(largest_difference(test::values_of(results[m]), expected.results[m]) < tolerance);
    }
    const Matrix ga(layout.shapes[0], kPrecision, "ga", gap), gb(layout.shapes[1], kPrecision, "gb"),
        gc(layout.shapes[2], kPrecision, "gc", gap);
    std::array<Target, 3> targets{Target{ga, Write::add}, Target{gb, Write::add}, Target{gc, Write::add}};
    for (std::size_t n = 0; n < 3; ++n) {
      const bool repeated = !(layout.shapes[n] == layout.whole);
      fill(targets[n].tensor, repeated ? 0.0 : std::nan(""));  // a stored gradient must not read what was there
      if (!repeated) targets[n].write = Write::store;
    }
    Arena arena;
    backward<T>(equations, inputs, layout.whole, upstream, targets, sum_columns, arena);
    for (std::size_t n = 0; n < 3; ++n) {
      REQUIRE(largest_difference(test::values_of(targets[n].tensor), expected.gradients[n]) < 4 * tolerance);
      targets[n].write = Write::add;
    }
    targets[1].write = Write::none;
    backward<T>(equations, inputs, layout.whole, upstream, targets, sum_columns, arena);
    for (std::size_t n = 0; n < 3; ++n) {
      auto twice = expected.gradients[n];
      if (n != 1) {
        for (double& value : twice) value *= 2;
      }
      REQUIRE(largest_difference(test::values_of(targets[n].tensor), twice) < 8 * tolerance);
    }
  }
}

}  // namespace

TEST_CASE("the engine's values and gradients in every broadcast, width and stride", "[kernels][pointwise]") {
  for (const std::int64_t columns : {1, 3, 15, 16, 17, 100}) {
    for (const Layout& layout : layouts(columns)) {
      for (const std::int64_t gap : {0, 3}) {
        check<double, 2>(kTwo, layout, gap, false);
        check<float, 2>(kTwo, layout, gap, false);
        check<double, 1>(kOne, layout, gap, true);
        check<float, 1>(kOne, layout, gap, true);
      }
    }
  }
}

TEST_CASE("gradients on two threads agree with those on one and keep their bits", "[kernels][pointwise]") {
  const std::vector<std::pair<Layout, bool>> cases{
      {{{Shape{600, 70}, {70}, {600, 1}}, {600, 70}}, false},
      {{{Shape{600, 70}, {600, 70}, {1}}, {600, 70}}, false},
      {{{Shape{40'000}, {1}, {40'000}}, {40'000}}, false},
      {{{Shape{8, 1, 20, 70}, {8, 9, 1, 70}, {70}}, {8, 9, 20, 70}}, true},
      {{{Shape{8, 1, 20, 70}, {1, 9, 1, 70}, {1, 9, 20, 1}}, {8, 9, 20, 70}}, false}};
  for (const auto& [layout, sum_columns] : cases) {
    INFO(fmt::format("{} {} {}", to_text(layout.shapes[0]), to_text(layout.shapes[1]), to_text(layout.shapes[2])));
    const Matrix a(layout.shapes[0], Precision::f32, "a"), b(layout.shapes[1], Precision::f32, "b"),
        c(layout.shapes[2], Precision::f32, "c");
    const Shape out = sum_columns ? layout.whole.with_columns(1) : layout.whole;
    const Matrix up(out, Precision::f32, "up"), result(out, Precision::f32);
    std::vector<std::vector<double>> all;
    for (const int threads : {1, 2, 2, 2}) {
      const Threads use(threads);
      REQUIRE(threads_for(extent_of(layout.whole), 7) == threads);  // so that two threads do share the work
      forward<float, 3, 1>(kOne, {a, b, c}, layout.whole, {result}, sum_columns);
      auto& values = all.emplace_back(test::values_of(result));
      const Matrix ga(layout.shapes[0], Precision::f32), gb(layout.shapes[1], Precision::f32),
          gc(layout.shapes[2], Precision::f32);
      Arena arena;
      std::array<Target, 3> targets{Target{ga, Write::add}, Target{gb, Write::add}, Target{gc, Write::add}};
      for (const Target& target : targets) fill(target.tensor, 0);
      backward<float, 3, 1>(kOne, {a, b, c}, layout.whole, {up}, targets, sum_columns, arena);
      for (const Target& target : targets) {
        const auto own = test::values_of(target.tensor);
        values.insert(values.end(), own.begin(), own.end());
      }
    }
    CHECK(all[1] == all[2]);
    CHECK(all[1] == all[3]);
    double largest = 0;
    for (const double value : all[0]) largest = std::max(largest, std::abs(value));
    double worst = 0;
    for (std::size_t i = 0; i < all[0].size(); ++i) worst = std::max(worst, std::abs(all[0][i] - all[1][i]));
    CHECK(worst <= 3e-6 * std::max(1.0, largest));  // sums of up to 1,440 products in another order
  }
}
