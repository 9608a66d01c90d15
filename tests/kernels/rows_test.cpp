#include "kernels/rows.h"

#include <fmt/format.h>

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"
#include "kernels/parallel.h"

using namespace seqlab;
using test::largest_difference;
using test::Matrix;

namespace {

/// Every function on every layout: visit(precision, rows, columns, gap).
template <class Visit>
void each_layout(Visit&& visit) {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const std::int64_t rows : {0, 1, 7}) {
      for (const std::int64_t columns : {1, 15, 130}) {
        for (const std::int64_t gap : {0, 3}) {
          INFO(fmt::format("{} [{}, {}] gap {}", precision_name(precision), rows, columns, gap));
          visit(precision, rows, columns, gap);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("rows are copied, added and repeated", "[kernels][rows]") {
  each_layout([](Precision precision, std::int64_t rows, std::int64_t columns, std::int64_t gap) {
    const Matrix from({rows, columns}, precision, "from", gap);
    const Matrix one({1, columns}, precision, "one");
    const Matrix to({rows, columns}, precision, "to", 2 * gap);
    const auto each = [&](auto value) {
      std::vector<double> values;
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) values.push_back(value(r, c));
      }
      return values;
    };
    copy_rows(from, to);
    REQUIRE(test::values_of(to) == test::values_of(from));
    add_rows(from, to);
    REQUIRE(test::values_of(to) == each([&](auto r, auto c) { return 2 * from.at(r, c); }));
    set_each_row(one, to);
    REQUIRE(test::values_of(to) == each([&](auto, auto c) { return one.at(0, c); }));
  });
}

TEST_CASE("sums over rows, alone and on top", "[kernels][rows]") {
  each_layout([](Precision precision, std::int64_t rows, std::int64_t columns, std::int64_t gap) {
    const Matrix from({rows, columns}, precision, "from", gap);
    for (const bool accumulate : {false, true}) {
      const Matrix to({1, columns}, precision, "to");
      std::vector<double> expected;
      for (std::int64_t c = 0; c < columns; ++c) {
        double sum = accumulate ? to.at(0, c) : 0;
        for (std::int64_t r = 0; r < rows; ++r) sum += from.at(r, c);
        expected.push_back(sum);
      }
      if (!accumulate) fill(to, std::nan(""));
      sum_rows(from, to, accumulate);
      REQUIRE(largest_difference(test::values_of(to), expected) < 1e-5);
    }
  });
}

TEST_CASE("the sum over rows has the same bits on any number of threads", "[kernels][rows]") {
  const int before = thread_count();
  const Matrix from({2000, 300}, Precision::f32, "from");
  std::vector<std::vector<double>> sums;
  for (const int threads : {1, 2}) {
    set_thread_count(threads);
    const Matrix to({1, 300}, Precision::f32);
    sum_rows(from, to, false);
    sums.push_back(test::values_of(to));
  }
  set_thread_count(before);
  CHECK(sums[0] == sums[1]);
}

TEST_CASE("rows are gathered by id", "[kernels][rows]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix table({5, 19}, precision, "table", 1);
    const std::vector<int> ids{4, 0, 4, 2};
    const Matrix to({4, 19}, precision, "to", 2);
    gather_rows(table, ids, to, false);
    for (int r = 0; r < 4; ++r) CHECK(to.at(r, 18) == table.at(ids[static_cast<std::size_t>(r)], 18));
    gather_rows(table, ids, to, true);
    for (int r = 0; r < 4; ++r) CHECK(to.at(r, 0) == 2 * table.at(ids[static_cast<std::size_t>(r)], 0));
  }
}

TEST_CASE("time-major and batch-major are each other's swap", "[kernels][rows]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix from({4, 3, 7}, precision, "from");
    const Matrix to({3, 4, 7}, precision, "to");
    swap_outer(from, 4, 3, to, false);
    for (int t = 0; t < 4; ++t) {
      for (int b = 0; b < 3; ++b) CHECK(to.at(b * 4 + t, 6) == from.at(t * 3 + b, 6));
    }
    const Matrix back({4, 3, 7}, precision, "back");
    swap_outer(to, 3, 4, back, false);
    CHECK(test::values_of(back) == test::values_of(from));
    swap_outer(to, 3, 4, back, true);
    CHECK(back.at(11, 2) == 2 * from.at(11, 2));
  }
}

TEST_CASE("the sum of squares", "[kernels][rows]") {
  each_layout([](Precision precision, std::int64_t rows, std::int64_t columns, std::int64_t gap) {
    const Matrix matrix({rows, columns}, precision, "from", gap);
    double expected = 0;
    for (const double value : test::values_of(matrix)) expected += value * value;
    REQUIRE(sum_of_squares(matrix) == Approx(expected).epsilon(1e-6));
  });
  const Matrix broken({3, 40}, Precision::f32);
  broken.tensor().set(2, 20, std::nan(""));
  CHECK(std::isnan(sum_of_squares(broken)));
  broken.tensor().set(2, 20, INFINITY);
  CHECK(std::isinf(sum_of_squares(broken)));
}

TEST_CASE("rows of another size or precision are refused", "[kernels][rows]") {
  const Matrix a({3, 4}, Precision::f32), b({3, 5}, Precision::f32), c({3, 4}, Precision::f64);
  CHECK_THROWS_AS(copy_rows(a, b), InternalError);
  CHECK_THROWS_AS(add_rows(a, c), InternalError);
}
