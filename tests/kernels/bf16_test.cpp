#include "kernels/bf16.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "catch.h"
#include "core/random.h"
#include "kernels/matrix.h"
#include "kernels/packed_matrix.h"
#include "kernels/product.h"

using namespace seqlab;
using test::largest_difference;
using test::Matrix;

namespace {

/// The same numbers, each the nearest bfloat16.
void round_all(const Tensor& tensor) {
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) {
      tensor.set(r, c, static_cast<double>(rounded_to_bf16(static_cast<float>(tensor.at(r, c)))));
    }
  }
}

}  // namespace

TEST_CASE("a number is rounded to the nearest of eight significant bits, ties to even", "[bf16]") {
  CHECK(rounded_to_bf16(1.0F) == 1.0F);
  CHECK(rounded_to_bf16(-3.140625F) == -3.140625F);
  CHECK(rounded_to_bf16(1.0F + 1.0F / 256) == 1.0F);              // half way: the even one
  CHECK(rounded_to_bf16(1.0F + 3.0F / 256) == 1.0F + 1.0F / 64);  // half way: the even one is above
  CHECK(rounded_to_bf16(1.0F + 1.0F / 255) == 1.0F + 1.0F / 128);
  CHECK(rounded_to_bf16(std::numeric_limits<float>::infinity()) == std::numeric_limits<float>::infinity());
  CHECK(std::isinf(rounded_to_bf16(std::numeric_limits<float>::max())));
  CHECK(std::isnan(rounded_to_bf16(std::nanf(""))));
  CHECK(std::isnan(rounded_to_bf16(-std::nanf("0x3fffff"))));
  CHECK(rounded_to_bf16(-0.0F) == 0.0F);
}

TEST_CASE("many numbers are rounded as one is", "[bf16]") {
  std::vector<float> from{1.0F + 1.0F / 256,
                          1.0F + 3.0F / 256,
                          -0.0F,
                          std::numeric_limits<float>::max(),
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()};
  Random random(7, "bf16");
  while (from.size() < 37) from.push_back(static_cast<float>(random.normal()));  // two vectors and a rest
  std::vector<std::uint16_t> to(from.size());
  round_to_bf16(from.data(), to.data(), static_cast<std::int64_t>(from.size()));
  for (std::size_t i = 0; i < from.size(); ++i) {
    INFO(from[i]);
    CHECK(std::bit_cast<float>(std::uint32_t{to[i]} << 16) == rounded_to_bf16(from[i]));
  }
  from.assign(17, std::nanf(""));
  round_to_bf16(from.data(), to.data(), 17);
  for (std::size_t i = 0; i < 17; ++i) CHECK(std::isnan(std::bit_cast<float>(std::uint32_t{to[i]} << 16)));
}

TEST_CASE("a bf16 product is the exact product of the rounded factors", "[bf16]") {
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      for (const bool accumulate : {false, true}) {
        for (const std::int64_t gap : {0, 5}) {
          constexpr std::int64_t kM = 50, kN = 70, kK = 90;
          INFO(fmt::format("transpose {} {} accumulate {} gap {}", ta, tb, accumulate, gap));
          const auto left = [&](Precision p) { return Matrix(ta ? Shape{kK, kM} : Shape{kM, kK}, p, "a", gap); };
          const auto right = [&](Precision p) { return Matrix(tb ? Shape{kN, kK} : Shape{kK, kN}, p, "b", 2 * gap); };
          const Matrix a = left(Precision::f32), b = right(Precision::f32);
          const Matrix wide_a = left(Precision::f64), wide_b = right(Precision::f64);
          round_all(wide_a);
          round_all(wide_b);
          const Matrix got({kM, kN}, Precision::f32, "c", gap), plain({kM, kN}, Precision::f32, "c", gap);
          const Matrix expected({kM, kN}, Precision::f64, "c", gap);
          product(a, ta, b, tb, got, accumulate, Rounding::bf16);
          product(a, ta, b, tb, plain, accumulate);
          product(wide_a, ta, wide_b, tb, expected, accumulate);
          CHECK(largest_difference(got.tensor(), expected.tensor()) < 1e-5);
          CHECK(largest_difference(plain.tensor(), expected.tensor()) > 1e-3);  // else nothing was rounded
        }
      }
    }
  }
}

TEST_CASE("a bf16 product takes a bias for each row", "[bf16]") {
  for (const bool tb : {false, true}) {
    const auto right = [&](Precision p) { return Matrix(tb ? Shape{70, 90} : Shape{90, 70}, p, "b"); };
    const Matrix a({50, 90}, Precision::f32, "a"), b = right(Precision::f32), bias({70}, Precision::f32, "bias");
    const Matrix wide_a({50, 90}, Precision::f64, "a"), wide_b = right(Precision::f64),
                                                        wide_bias({70}, Precision::f64, "bias");
    round_all(wide_a);
    round_all(wide_b);
    const Matrix got({50, 70}, Precision::f32, "c", 3), expected({50, 70}, Precision::f64, "c");
    fill(got, std::nan(""));  // what was there must not be read
    product_plus(a, b, tb, bias, got, Rounding::bf16);
    product_plus(wide_a, wide_b, tb, wide_bias, expected);
    CHECK(largest_difference(got.tensor(), expected.tensor()) < 1e-5);
  }
}

TEST_CASE("a packed bf16 matrix multiplies as product() does", "[bf16]") {
  for (const bool transpose : {false, true}) {
    for (const std::int64_t rows : {1, 2, 20, 33}) {
      const Matrix w(transpose ? Shape{64, 48} : Shape{48, 64}, Precision::f32, "w");
      const Matrix a({rows, 48}, Precision::f32, "a", 7);
      const Matrix wide_w(transpose ? Shape{64, 48} : Shape{48, 64}, Precision::f64, "w");
      const Matrix wide_a({rows, 48}, Precision::f64, "a", 7);
      if (rows > 1) {  // a single row is not worth rounding
        round_all(wide_w);
        round_all(wide_a);
      }
      const Matrix got({rows, 64}, Precision::f32, "c"), expected({rows, 64}, Precision::f64, "c");
      PackedMatrix(w, transpose, rows, Rounding::bf16).multiply(a, got, true);
      product(wide_a, false, wide_w, transpose, expected, true);
      INFO(fmt::format("transpose {} rows {}", transpose, rows));
      CHECK(largest_difference(got.tensor(), expected.tensor()) < 1e-5);
    }
  }
}
