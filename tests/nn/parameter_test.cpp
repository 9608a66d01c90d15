#include "nn/parameter.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;

namespace {

std::vector<double> started(Shape shape, const Initialiser& start, const std::string& name = "p", std::uint64_t seed = 1) {
  ParameterSet set(Precision::f64, seed);
  return test::values_of(set.add(name, shape, start).leaf().value);
}

}  // namespace

TEST_CASE("an orthogonal start has orthonormal columns in every block", "[nn][parameter]") {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{6, 6}, {6, 24}, {6, 4}, {6, 15}, {1, 3}}) {
    INFO(rows << " x " << columns);
    const auto values = started({rows, columns}, init::orthogonal());
    const auto at = [&](std::int64_t r, std::int64_t c) { return values[static_cast<std::size_t>(r * columns + c)]; };
    for (std::int64_t i = 0; i < columns; ++i) {
      for (std::int64_t j = i / rows * rows; j < std::min(columns, (i / rows + 1) * rows); ++j) {
        double dot = 0;
        for (std::int64_t r = 0; r < rows; ++r) dot += at(r, i) * at(r, j);
        CHECK(dot == Approx(i == j ? 1 : 0).margin(1e-12));
      }
    }
  }
}

TEST_CASE("orthogonal starts do not favour one sign of the diagonal", "[nn][parameter]") {
  // The QR decomposition alone gives reflections: a matrix drawn evenly has determinant +1 as often as -1.
  int positive = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto q = started({2, 2}, init::orthogonal(), "p", seed);
    positive += q[0] * q[3] - q[1] * q[2] > 0 ? 1 : 0;
  }
  CHECK(positive > 60);
  CHECK(positive < 140);
}

TEST_CASE("a Xavier start fills its bound", "[nn][parameter]") {
  const double bound = std::sqrt(6.0 / (30 + 50));
  double largest = 0, squares = 0;
  for (const double value : started({30, 50}, init::xavier())) {
    largest = std::max(largest, std::abs(value));
    squares += value * value;
  }
  CHECK(largest <= bound);
  CHECK(largest > 0.98 * bound);
  CHECK(squares / 1500 == Approx(bound * bound / 3).epsilon(0.1));
}

TEST_CASE("the plain initialisers", "[nn][parameter]") {
  CHECK(started({2, 2}, init::zeros()) == std::vector<double>(4, 0.0));
  CHECK(started({3}, init::constant(-2)) == std::vector<double>(3, -2.0));
  for (const double value : started({100}, init::uniform(0.25))) CHECK(std::abs(value) <= 0.25);
  double squares = 0;
  for (const double value : started({4000}, init::normal(3))) squares += value * value;
  CHECK(squares / 4000 == Approx(9).epsilon(0.1));
}

TEST_CASE("where a parameter starts depends on seed and name, not on its neighbours", "[nn][parameter]") {
  ParameterSet first(Precision::f32, 4), second(Precision::f32, 4), other(Precision::f32, 5);
  const Parameter a = first.add("a", {3, 4}, init::xavier());
  const Parameter b = first.add("b", {3, 4}, init::xavier());
  second.add("c", {2, 2}, init::xavier());
  const Parameter b2 = second.add("b", {3, 4}, init::xavier());
  const Parameter a2 = second.add("a", {3, 4}, init::xavier());
  const Parameter a3 = other.add("a", {3, 4}, init::xavier());
  const auto values = [](const Parameter& p) { return test::values_of(p.leaf().value); };
  CHECK(values(a) == values(a2));
  CHECK(values(b) == values(b2));
  CHECK(values(a) != values(b));
  CHECK(values(a) != values(a3));
}

TEST_CASE("f32 and f64 start from the same numbers, rounded", "[nn][parameter]") {
  ParameterSet narrow(Precision::f32, 4), wide(Precision::f64, 4);
  for (const Initialiser& start : {init::xavier(), init::orthogonal(), init::normal(1)}) {
    const std::string name = "p" + std::to_string(narrow.leaves().size());
    CHECK(test::largest_difference(test::values_of(narrow.add(name, {5, 5}, start).leaf().value),
                                   test::values_of(wide.add(name, {5, 5}, start).leaf().value)) < 1e-7);
  }
}

TEST_CASE("a set knows its parameters by name and counts their numbers", "[nn][parameter]") {
  ParameterSet set(Precision::f32, 1);
  const Parameter weight = set.add("cell.weight", {3, 4}, init::zeros());
  const Parameter bias = set.add("cell.bias", {4}, init::zeros());
  CHECK(set.count() == 16);
  CHECK(bias.leaf().value.shape == Shape{1, 4});
  CHECK(set.find("cell.weight") == &weight.leaf());
  CHECK(set.find("cell.") == nullptr);
  CHECK(set.leaves().size() == 2);
  CHECK(set.leaves()[0]->name == "cell.weight");
  CHECK_THROWS_AS(set.add("cell.bias", {1}, init::zeros()), InternalError);
  CHECK_THROWS_AS(set.add("empty", {0, 3}, init::zeros()), InternalError);
  CHECK(set.find("empty") == nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(weight.leaf().value.data) % 64 == 0);
}

TEST_CASE("a snapshot restores every number and marks the change", "[nn][parameter]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    ParameterSet set(precision, 1);
    const Parameter a = set.add("a", {3, 4}, init::normal(1)), b = set.add("b", {2, 3, 2}, init::normal(1));
    const auto snapshot = set.snapshot();
    CHECK(snapshot.size() == 24);
    const auto version = a.leaf().version;
    fill(a.leaf().value, 0);
    fill(b.leaf().value, 1);
    CHECK(set.snapshot() != snapshot);
    set.restore(snapshot);
    CHECK(set.snapshot() == snapshot);
    CHECK(a.leaf().version > version);
    CHECK_THROWS_AS(set.restore(std::vector<double>(23)), InternalError);
  }
}

TEST_CASE("rows of a parameter are single inputs", "[nn][parameter]") {
  ParameterSet set(Precision::f64, 1);
  const Parameter p = set.add("p", {3, 4}, init::normal(1));
  Tape tape(Precision::f64, false);
  const auto parts = rows<3>(p).on(tape);
  CHECK(parts[2].shape() == Shape{1, 4});
  CHECK(parts[2].value().at(0, 1) == p.leaf().value.at(2, 1));
}
