#include "kernels/dual.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "catch.h"

using namespace seqlab;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// equations(a, b) on one number each: the value and both derivatives.
struct Differentiated {
  double value, by_a, by_b;
};

template <class T, class Equations>
Differentiated differentiate(const Equations& equations, double a, double b) {
  using P = Packet<T>;
  const auto first = [](const P& packet) {
    std::vector<T> lanes(static_cast<std::size_t>(P::kWidth));
    packet.store(lanes.data());
    return static_cast<double>(lanes[0]);
  };
  const auto result =
      equations(Dual<P, 1U>{P::all(static_cast<T>(a)), {P::all(1)}}, Dual<P, 2U>{P::all(static_cast<T>(b)), {P::all(1)}});
  Differentiated d{first(result.value), 0, 0};
  const auto tangents = [&]<unsigned Inputs>(const Dual<P, Inputs>& dual) {
    if constexpr ((Inputs & 1U) != 0) d.by_a = first(dual.tangents[0]);
    if constexpr ((Inputs & 2U) != 0) d.by_b = first(dual.tangents[dual_detail::position(Inputs, 1)]);
  };
  tangents(result);
  return d;
}

template <class T, class Equations>
double value_of(const Equations& equations, double a, double b) {
  using P = Packet<T>;
  const P result = equations(P::all(static_cast<T>(a)), P::all(static_cast<T>(b)));
  std::vector<T> lanes(static_cast<std::size_t>(P::kWidth));
  result.store(lanes.data());
  return static_cast<double>(lanes[0]);
}

double slope(const std::function<double(double)>& f) {
  constexpr double kStep = 1e-3;
  return (8 * (f(kStep) - f(-kStep)) - (f(2 * kStep) - f(-2 * kStep))) / (12 * kStep);
}

/// The equations on packets and differentiating numbers against themselves on plain doubles. Points come in pairs a, b where
/// the function is smooth.
template <class Equations>
void check_function(const std::string& name, const Equations& equations,
                    const std::vector<std::pair<double, double>>& points = {{0.7, 1.3}, {1.9, 0.4}, {0.2, 2.5}}) {
  for (const auto& [a, b] : points) {
    INFO(name << " at " << a << ", " << b);
    const double x = a, y = b;
    const double value = equations(x, y);
    CHECK(value_of<double>(equations, a, b) == Approx(value).epsilon(1e-14));
    CHECK(value_of<float>(equations, a, b) == Approx(value).epsilon(2e-6).margin(1e-7));
    const Differentiated d = differentiate<double>(equations, a, b);
    CHECK(d.value == Approx(value).epsilon(1e-14));
    CHECK(d.by_a == Approx(slope([&](double step) { return equations(x + step, y); })).epsilon(1e-8).margin(1e-8));
    CHECK(d.by_b == Approx(slope([&](double step) { return equations(x, y + step); })).epsilon(1e-8).margin(1e-8));
    const Differentiated f = differentiate<float>(equations, a, b);
    CHECK(f.value == Approx(d.value).epsilon(2e-6).margin(1e-7));
    CHECK(f.by_a == Approx(d.by_a).epsilon(1e-5).margin(1e-6));
    CHECK(f.by_b == Approx(d.by_b).epsilon(1e-5).margin(1e-6));
  }
}

template <class D>
concept ChoosesByOrder = requires(D d) {
  where_less(d, d, d, d);
};
template <class D>
concept TakesNumberOnTheLeft = requires(D d) {
  max(1.0, d);
  min(1.0, d);
};

}  // namespace

namespace {
// The vocabulary on plain doubles.
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double square(double x) { return x * x; }
double relu(double x) { return x > 0 ? x : 0; }
double max(double a, double b) { return a > b ? a : b; }
double min(double a, double b) { return a < b ? a : b; }
using seqlab::max;
using seqlab::min;
using seqlab::relu;
using seqlab::sigmoid;
using seqlab::square;
using std::abs;
using std::exp;
using std::log;
using std::sqrt;
using std::tanh;
}  // namespace

TEST_CASE("operators between dependent numbers", "[kernels][dual]") {
  check_function("a + b", [](auto a, auto b) { return a + b; });
  check_function("a - b", [](auto a, auto b) { return a - b; });
  check_function("a * b", [](auto a, auto b) { return a * b; });
  check_function("a / b", [](auto a, auto b) { return a / b; });
  check_function("-a", [](auto a, auto) { return -a; });
  check_function("a * a", [](auto a, auto) { return a * a; });
  check_function("a / a", [](auto a, auto) { return a / a; });
  check_function("a / (a + b)", [](auto a, auto b) { return a / (a + b); });
  check_function("(a + b) * (a - b)", [](auto a, auto b) { return (a + b) * (a - b); });
  check_function("(a * b) - (b / a)", [](auto a, auto b) { return (a * b) - (b / a); });
}

TEST_CASE("operators between a dependent number and a constant", "[kernels][dual]") {
  check_function("a + 2", [](auto a, auto) { return a + 2; });
  check_function("2.5 + a", [](auto a, auto) { return 2.5 + a; });
  check_function("a - 2.5F", [](auto a, auto) { return a - 2.5F; });
  check_function("1.0 - a", [](auto a, auto) { return 1.0 - a; });
  check_function("a * 3", [](auto a, auto) { return a * 3; });
  check_function("0.3 * b", [](auto, auto b) { return 0.3 * b; });
  check_function("a / 4", [](auto a, auto) { return a / 4; });
  check_function("2.0 / b", [](auto, auto b) { return 2.0 / b; });
}

TEST_CASE("functions of one number", "[kernels][dual]") {
  const std::vector<std::pair<double, double>> both{{-2.5, 0}, {-0.4, 0}, {0.6, 0}, {3.1, 0}};
  check_function(
      "sigmoid", [](auto a, auto) { return sigmoid(a); }, both);
  check_function(
      "tanh", [](auto a, auto) { return tanh(a); }, both);
  check_function(
      "exp", [](auto a, auto) { return exp(a); }, both);
  check_function("log", [](auto a, auto) { return log(a); });
  check_function("sqrt", [](auto a, auto) { return sqrt(a); });
  check_function(
      "abs", [](auto a, auto) { return abs(a); }, both);
  check_function(
      "square", [](auto a, auto) { return square(a); }, both);
  check_function(
      "relu", [](auto a, auto) { return relu(a); }, both);
}

TEST_CASE("the larger and the smaller of two", "[kernels][dual]") {
  const std::vector<std::pair<double, double>> points{{-1, 2}, {2, -1}, {-3, -2}};
  check_function(
      "max(a, b)", [](auto a, auto b) { return max(a, b); }, points);
  check_function(
      "min(a, b)", [](auto a, auto b) { return min(a, b); }, points);
  check_function(
      "max(a, 0.5)", [](auto a, auto) { return max(a, 0.5); }, points);
  check_function(
      "min(a, 0.5)", [](auto a, auto) { return min(a, 0.5); }, points);
  check_function(
      "max(a * b, a + b)", [](auto a, auto b) { return max(a * b, a + b); }, points);
  check_function(
      "min(a * b, a + b)", [](auto a, auto b) { return min(a * b, a + b); }, points);
}

TEST_CASE("an LSTM's equations", "[kernels][dual]") {
  check_function("shared intermediates", [](auto a, auto b) {
    return sigmoid(a + b * 0.5) * tanh(sigmoid(a) * b + tanh(a) * sigmoid(b)) - 1.0 / (b * b + 1);
  });
}

TEST_CASE("the vocabulary is what the header says", "[kernels][dual]") {
  using D = Dual<Packet<float>, 3U>;
  CHECK(ChoosesByOrder<Packet<float>>);
  CHECK(ChoosesByOrder<D>);
  CHECK(TakesNumberOnTheLeft<D>);
}

TEST_CASE("numbers depend on what they were made of, by type", "[kernels][dual]") {
  using P = Packet<double>;
  const Dual<P, 1U> a{P::all(2), {P::all(1)}};
  const Dual<P, 4U> c{P::all(3), {P::all(1)}};
  const auto product = a * c;
  CHECK(std::is_same_v<decltype(product), const Dual<P, 5U>>);
  CHECK(product.tangents.size() == 2);
  CHECK(product.tangents[0].v == 3);
  CHECK(product.tangents[1].v == 2);
  CHECK(std::is_same_v<decltype(c * 2.0), Dual<P, 4U>>);
}

TEST_CASE("slopes at the corners are finite and of one side", "[kernels][dual]") {
  CHECK(differentiate<float>([](auto a, auto) { return relu(a); }, 0, 0).by_a == 0);
  CHECK(std::abs(differentiate<float>([](auto a, auto) { return abs(a); }, 0, 0).by_a) == 1);
  const Differentiated tie = differentiate<float>([](auto a, auto b) { return max(a, b); }, 1, 1);
  CHECK(tie.by_a + tie.by_b == 1);
}

TEST_CASE("far from zero the functions keep their limits", "[kernels][dual]") {
  const auto check = [](auto number) {
    using T = decltype(number);
    for (const double far : {90.0, 1e4, 1e30}) {
      INFO("at " << far << " in " << sizeof(T) << " bytes");
      CHECK(value_of<T>([](auto a, auto) { return tanh(a); }, far, 0) == Approx(1));
      CHECK(value_of<T>([](auto a, auto) { return tanh(a); }, -far, 0) == Approx(-1));
      CHECK(value_of<T>([](auto a, auto) { return sigmoid(a); }, far, 0) == Approx(1));
      CHECK(value_of<T>([](auto a, auto) { return sigmoid(a); }, -far, 0) == Approx(0).margin(1e-30));
      CHECK(value_of<T>([](auto a, auto) { return exp(a); }, -far, 0) == Approx(0).margin(1e-30));
      CHECK(differentiate<T>([](auto a, auto) { return tanh(a); }, far, 0).by_a == Approx(0).margin(1e-6));
      CHECK(differentiate<T>([](auto a, auto) { return sigmoid(a); }, -far, 0).by_a == Approx(0).margin(1e-30));
    }
    CHECK(value_of<T>([](auto a, auto) { return log(a); }, 0, 0) == -INFINITY);
    CHECK(std::isnan(value_of<T>([](auto a, auto) { return log(a); }, -1, 0)));
    CHECK(std::isnan(value_of<T>([](auto a, auto) { return sqrt(a); }, -1, 0)));
  };
  check(float{});
  check(double{});
}

TEST_CASE("NaN comes through every function: a broken run must not look healthy", "[kernels][dual]") {
  const auto check = [](const std::string& name, const auto& equations) {
    INFO(name);
    CHECK(std::isnan(value_of<float>(equations, kNaN, 1)));
    CHECK(std::isnan(value_of<double>(equations, kNaN, 1)));
  };
  check("a + b", [](auto a, auto b) { return a + b; });
  check("a * b", [](auto a, auto b) { return a * b; });
  check("b / a", [](auto a, auto b) { return b / a; });
  check("sigmoid", [](auto a, auto) { return sigmoid(a); });
  check("tanh", [](auto a, auto) { return tanh(a); });
  check("exp", [](auto a, auto) { return exp(a); });
  check("log", [](auto a, auto) { return log(a); });
  check("sqrt", [](auto a, auto) { return sqrt(a); });
  check("abs", [](auto a, auto) { return abs(a); });
  check("square", [](auto a, auto) { return square(a); });
  check("relu", [](auto a, auto) { return relu(a); });
  check("max(a, b)", [](auto a, auto b) { return max(a, b); });
  check("max(b, a)", [](auto a, auto b) { return max(b, a); });
  check("min(a, b)", [](auto a, auto b) { return min(a, b); });
  check("min(b, a)", [](auto a, auto b) { return min(b, a); });
}

TEST_CASE("parts of a packet", "[kernels][dual]") {
  using P = Packet<float>;
  std::vector<float> numbers(static_cast<std::size_t>(P::kWidth) + 1, 99.0F);
  for (int i = 0; i < P::kWidth; ++i) numbers[static_cast<std::size_t>(i)] = static_cast<float>(i + 1);
  for (int count = 0; count <= P::kWidth; ++count) {
    const P part = P::load_part(numbers.data(), count);
    CHECK(part.sum() == static_cast<float>(count * (count + 1) / 2));
    CHECK(P::load(numbers.data()).sum_part(count) == part.sum());
    std::vector<float> out(static_cast<std::size_t>(P::kWidth) + 1, -1.0F);
    part.store_part(out.data(), count);
    for (int i = 0; i <= P::kWidth; ++i)
      CHECK(out[static_cast<std::size_t>(i)] == (i < count ? static_cast<float>(i + 1) : -1.0F));
  }
}
