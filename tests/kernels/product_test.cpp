#include "kernels/product.h"

#include <fmt/format.h>

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"
#include "kernels/parallel.h"

using namespace seqlab;
using test::largest_difference;
using test::Matrix;

namespace {

struct Case {
  std::int64_t batch, m, n, k;
  bool transpose_a, transpose_b, accumulate;
  std::int64_t gap;
};

Shape shape_of(std::int64_t batch, std::int64_t rows, std::int64_t columns) {
  return batch == 0 ? Shape{rows, columns} : Shape{batch, rows, columns};
}

/// The sum as it is written, from and to double. batch 0: plain matrices.
std::vector<double> by_hand(const Case& c, const Tensor& a, const Tensor& b, const Tensor& before) {
  std::vector<double> values;
  for (std::int64_t block = 0; block < std::max<std::int64_t>(1, c.batch); ++block) {
    const std::int64_t a0 = block * (c.transpose_a ? c.k : c.m);
    const std::int64_t b0 = block * (c.transpose_b ? c.n : c.k);
    for (std::int64_t i = 0; i < c.m; ++i) {
      for (std::int64_t j = 0; j < c.n; ++j) {
        double sum = c.accumulate ? before.at(block * c.m + i, j) : 0;
        for (std::int64_t l = 0; l < c.k; ++l) {
          sum += (c.transpose_a ? a.at(a0 + l, i) : a.at(a0 + i, l)) * (c.transpose_b ? b.at(b0 + j, l) : b.at(b0 + l, j));
        }
        values.push_back(sum);
      }
    }
  }
  return values;
}

void check_product(const Case& c) {
  INFO(fmt::format("batch {} m {} n {} k {} transpose {} {} accumulate {} gap {}", c.batch, c.m, c.n, c.k, c.transpose_a,
                   c.transpose_b, c.accumulate, c.gap));
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix a(shape_of(c.batch, c.transpose_a ? c.k : c.m, c.transpose_a ? c.m : c.k), precision, "a", c.gap);
    const Matrix b(shape_of(c.batch, c.transpose_b ? c.n : c.k, c.transpose_b ? c.k : c.n), precision, "b", 2 * c.gap);
    const Matrix out(shape_of(c.batch, c.m, c.n), precision, "c", 3 * c.gap);
    if (!c.accumulate) fill(out, std::nan(""));  // what was there must not be read
    const auto expected = by_hand(c, a, b, out);
    if (c.batch == 0) {
      product(a, c.transpose_a, b, c.transpose_b, out, c.accumulate);
    } else {
      batched_product(a, c.transpose_a, b, c.transpose_b, out, c.accumulate);
    }
    CHECK(largest_difference(test::values_of(out), expected) < (precision == Precision::f64 ? 1e-12 : 2e-5));
  }
}

void check_all_kinds(std::int64_t batch, std::int64_t m, std::int64_t n, std::int64_t k) {
  for (int kind = 0; kind < 8; ++kind) {
    for (const std::int64_t gap : {0, 3})
      check_product({batch, m, n, k, (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0, gap});
  }
}

}  // namespace

TEST_CASE("a product is the sum of products, for every transpose, stride and small size", "[kernels][product]") {
  for (const std::int64_t m : {0, 1, 2, 7}) {
    for (const std::int64_t n : {0, 1, 5, 17}) {
      for (const std::int64_t k : {0, 1, 3, 33}) check_all_kinds(0, m, n, k);
    }
  }
}

TEST_CASE("a product keeps its value across the switch between kernels at 512 rows", "[kernels][product]") {
  for (const std::int64_t m : {63, 511, 512, 513}) check_all_kinds(0, m, 19, 31);
}

TEST_CASE("a product keeps its value where its left factor is written transposed first", "[kernels][product]") {
  for (const std::int64_t m : {1, 16, 35}) {
    for (const std::int64_t n : {559, 560, 601}) check_all_kinds(0, m, n, 70);
  }
}

TEST_CASE("a product plus a bias is their sum in each row", "[kernels][product]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const bool transpose : {false, true}) {
      for (const std::int64_t k : {0, 1, 40}) {
        const Matrix a({20, k}, precision, "a"), b(transpose ? Shape{30, k} : Shape{k, 30}, precision, "b");
        const Matrix bias({30}, precision, "bias"), got({20, 30}, precision, "c", 3), expected({20, 30}, precision, "c");
        fill(got, std::nan(""));
        product_plus(a, b, transpose, bias, got);
        product(a, false, b, transpose, expected, false);
        for (std::int64_t r = 0; r < 20; ++r) {
          for (std::int64_t c = 0; c < 30; ++c)
            CHECK(got.at(r, c) == Approx(expected.at(r, c) + bias.at(0, c)).margin(1e-5));
        }
      }
    }
  }
  const Matrix a({2, 3}, Precision::f32), b({3, 5}, Precision::f32), c({2, 5}, Precision::f32),
      short_bias({4}, Precision::f32);
  CHECK_THROWS_AS(product_plus(a, b, false, short_bias, c), InternalError);
}

TEST_CASE("products of random shapes", "[kernels][product]") {
  Random random(4, "shapes");
  for (int round = 0; round < 30; ++round)
    check_all_kinds(0, 1 + random.below(90), 1 + random.below(90), 1 + random.below(90));
}

TEST_CASE("a batched product is one product a block", "[kernels][product]") {
  for (const std::int64_t batch : {1, 3}) {
    for (const std::int64_t m : {0, 1, 4, 9}) {
      for (const std::int64_t n : {1, 6}) {
        for (const std::int64_t k : {0, 1, 3, 40}) check_all_kinds(batch, m, n, k);
      }
    }
  }
  check_all_kinds(4, 21, 33, 50);
}

TEST_CASE("repeated products of one shape give the same bits, on one thread and on two", "[kernels][product]") {
  const int before = thread_count();
  const Matrix a({8, 64, 48}, Precision::f32, "a");
  const Matrix b({8, 80, 48}, Precision::f32, "b");
  std::vector<std::vector<double>> results;
  for (const int threads : {1, 1, 2, 2}) {
    set_thread_count(threads);
    const Matrix blocks({8, 64, 80}, Precision::f32, "c");
    batched_product(a, false, b, true, blocks, false);
    const Matrix whole({512, 80}, Precision::f32, "c");
    product(a.tensor().reshaped({512, 48}), false, b.tensor().slice_rows(0, {80, 48}), true, whole, false);
    auto& values = results.emplace_back(test::values_of(blocks));
    const auto more = test::values_of(whole);
    values.insert(values.end(), more.begin(), more.end());
  }
  set_thread_count(before);
  CHECK(results[0] == results[1]);
  CHECK(results[2] == results[3]);
  CHECK(largest_difference(results[2], results[0]) < 1e-5);
}

TEST_CASE("a product of sizes that do not fit is refused", "[kernels][product]") {
  const Matrix a({2, 3}, Precision::f32), b({4, 5}, Precision::f32), c({2, 5}, Precision::f32), d({2, 3}, Precision::f64);
  CHECK_THROWS_AS(product(a, false, b, false, c, false), InternalError);
  CHECK_THROWS_AS(product(a, false, d, true, c, false), InternalError);
  CHECK_THROWS_AS(batched_product(a, false, b, false, c, false), InternalError);
  CHECK_THAT(product_library(), ContainsSubstring("oneDNN "));
}
