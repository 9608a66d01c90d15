#include <cmath>

#include "catch.h"
#include "golden/golden_file.h"
#include "plugin/cell.h"

using namespace seqlab;

namespace {

constexpr int kUnits = 32;

/// The recurrent weight of a plain cell with this start, row by row.
std::vector<double> recurrent_weight(const std::string& start) {
  ParameterSet parameters(Precision::f64, 7);
  CellContext context(parameters, "cell", 3, kUnits);
  (void)golden::registry().get(Kind::cell, "rnn").make_cell({{"start", start}}, context);
  for (const Leaf* leaf : parameters.leaves()) {
    if (leaf->name.find("recurrent") != std::string::npos) return golden::numbers(leaf->value);
  }
  FAIL("the plain cell has a recurrent weight");
  return {};
}

double product_of_columns(const std::vector<double>& weight, int i, int j) {
  double sum = 0;
  for (int r = 0; r < kUnits; ++r)
    sum += weight[static_cast<std::size_t>(r * kUnits + i)] * weight[static_cast<std::size_t>(r * kUnits + j)];
  return sum;
}

}  // namespace

TEST_CASE("the plain cell's recurrent weight starts as it is asked to", "[plugin][rnn]") {
  const auto orthogonal = recurrent_weight("orthogonal");
  REQUIRE(orthogonal.size() == kUnits * kUnits);
  for (int i = 0; i < kUnits; ++i) {
    for (int j = 0; j <= i; ++j) CHECK(product_of_columns(orthogonal, i, j) == Approx(i == j ? 1 : 0).margin(1e-9));
  }
  const auto uniform = recurrent_weight("uniform");
  const double most = 1 / std::sqrt(kUnits);
  double squares = 0;
  for (const double number : uniform) {
    CHECK(std::abs(number) <= most);
    squares += number * number;
  }
  CHECK(std::sqrt(squares / (kUnits * kUnits)) == Approx(most / std::sqrt(3)).epsilon(0.05));  // of a uniform distribution
}
