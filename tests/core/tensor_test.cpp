#include "core/tensor.h"

#include <vector>

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Matrix;

TEST_CASE("all dimensions but the last count rows", "[core][tensor]") {
  const Shape shape{2, 3, 4, 5};
  CHECK(shape.rows() == 24);
  CHECK(shape.columns() == 5);
  CHECK(shape.elements() == 120);
  CHECK(Shape{7}.rows() == 1);
  CHECK(Shape{0, 5}.elements() == 0);
  CHECK(Shape{}.elements() == 0);
  CHECK(shape.with_columns(9) == Shape{2, 3, 4, 9});
  CHECK_FALSE(Shape{2, 3} == Shape{3, 2});
  CHECK_FALSE(Shape{1, 3} == Shape{3});
  CHECK(to_text(shape) == "[2, 3, 4, 5]");
  CHECK_THROWS_AS((Shape{1, 2, 3, 4, 5}), InternalError);
}

TEST_CASE("slices of rows and columns are views of the same numbers", "[core][tensor]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix matrix({6, 5}, precision);
    const Tensor& whole = matrix;
    const Tensor rows = whole.slice_rows(2, {2, 5});
    const Tensor part = rows.slice_columns(1, 3);
    CHECK(part.shape == Shape{2, 3});
    CHECK(part.stride == 5);
    CHECK_FALSE(part.contiguous());
    CHECK(part.at(1, 2) == whole.at(3, 3));
    part.set(0, 0, 42);
    CHECK(whole.at(2, 1) == 42);
    const Tensor block = whole.slice_rows(0, {2, 3, 5});
    CHECK(block.shape == Shape{2, 3, 5});
    CHECK(block.at(5, 4) == whole.at(5, 4));
  }
}

TEST_CASE("a slice that leaves its tensor is refused", "[core][tensor]") {
  const Matrix matrix({4, 3}, Precision::f32);
  CHECK_THROWS_AS(matrix.tensor().slice_rows(3, {2, 3}), InternalError);
  CHECK_THROWS_AS(matrix.tensor().slice_rows(-1, {2, 3}), InternalError);
  CHECK_THROWS_AS(matrix.tensor().slice_rows(0, {2, 2}), InternalError);
  CHECK_THROWS_AS(matrix.tensor().slice_columns(2, 2), InternalError);
  CHECK_THROWS_AS(matrix.tensor().slice_columns(-1, 2), InternalError);
}

TEST_CASE("a tensor takes another shape with as many elements", "[core][tensor]") {
  const Matrix matrix({4, 6}, Precision::f32);
  const Tensor narrow = matrix.tensor().reshaped({2, 4, 3});
  CHECK(narrow.stride == 3);
  CHECK(narrow.at(7, 2) == matrix.at(3, 5));
  CHECK_THROWS_AS(matrix.tensor().reshaped({5, 5}), InternalError);
  const Tensor strided = matrix.tensor().slice_columns(0, 4);
  CHECK(strided.reshaped({2, 2, 4}).at(3, 1) == matrix.at(3, 1));
  CHECK_THROWS_AS(strided.reshaped({8, 2}), InternalError);
  CHECK(strided.slice_rows(1, {1, 4}).reshaped({2, 2}).at(1, 1) == matrix.at(1, 3));
}

TEST_CASE("fill and copy touch the rows alone, not what stands between them", "[core][tensor]") {
  const Matrix strided({3, 4}, Precision::f32, "strided", 2);
  const double between = strided.tensor().row<float>(0)[4];
  fill(strided, 7);
  CHECK(strided.at(2, 3) == 7);
  CHECK(strided.tensor().row<float>(0)[4] == between);
  const Matrix wide({3, 4}, Precision::f64, "wide");
  copy(wide, strided);
  CHECK(test::values_of(strided) == test::values_of(wide));
  CHECK(strided.tensor().row<float>(1)[5] == strided.tensor().row<float>(0)[5]);
  const Matrix back({3, 4}, Precision::f64, "back");
  copy(strided, back);
  CHECK(test::values_of(back) == test::values_of(wide));
  const Matrix other({4, 3}, Precision::f32);
  CHECK_THROWS_AS(copy(other, wide), InternalError);
}
