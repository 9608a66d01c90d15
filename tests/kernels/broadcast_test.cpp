#include "kernels/broadcast.h"

#include <vector>

#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;

namespace {

Tensor empty_tensor(Shape shape, std::int64_t stride = 0) {
  return {nullptr, shape, stride == 0 ? shape.columns() : stride, Precision::f32};
}

Shape broadcast(std::initializer_list<Shape> shapes) {
  std::vector<Tensor> tensors;
  for (const Shape& shape : shapes) tensors.push_back(empty_tensor(shape));
  return broadcast_shape(tensors);
}

}  // namespace

TEST_CASE("shapes are aligned at their last dimension and repeated where they are 1", "[kernels][broadcast]") {
  CHECK(broadcast({{3}}) == Shape{3});
  CHECK(broadcast({{4, 3}, {3}}) == Shape{4, 3});
  CHECK(broadcast({{4, 1}, {1, 3}}) == Shape{4, 3});
  CHECK(broadcast({{1}, {2, 4, 3}}) == Shape{2, 4, 3});
  CHECK(broadcast({{2, 1, 5, 6}, {2, 3, 1, 6}, {6}}) == Shape{2, 3, 5, 6});
  CHECK(broadcast({{0, 3}, {3}}) == Shape{0, 3});
  CHECK_THROWS_AS(broadcast({{4, 3}, {2, 3}}), InternalError);
  CHECK_THROWS_AS(broadcast({{4, 3}, {4}}), InternalError);
}

TEST_CASE("the outermost dimension of a shape is the one that threads share", "[kernels][broadcast]") {
  using Outer = std::array<std::int64_t, 3>;
  CHECK(extent_of({7}).outer == Outer{1, 1, 1});
  CHECK(extent_of({4, 7}).outer == Outer{4, 1, 1});
  CHECK(extent_of({3, 4, 7}).outer == Outer{3, 4, 1});
  CHECK(extent_of({2, 3, 4, 7}).outer == Outer{2, 3, 4});
  CHECK(extent_of({2, 3, 4, 7}).rows() == 24);
  CHECK(extent_of({2, 3, 4, 7}).columns == 7);
}

TEST_CASE("an operand's steps lead to its own element at every index", "[kernels][broadcast]") {
  const Shape whole{2, 3, 5, 6};
  for (const Shape& own : {Shape{2, 3, 5, 6}, Shape{2, 1, 5, 6}, Shape{2, 3, 1, 6}, Shape{1, 3, 1, 6}, Shape{3, 5, 6},
                           Shape{5, 6}, Shape{6}, Shape{1}, Shape{2, 3, 5, 1}}) {
    INFO(to_text(own));
    const std::int64_t stride = own.columns() + 2;
    const Steps steps = steps_of(empty_tensor(own, stride), whole);
    CHECK(steps.spread == (own.columns() == 1));
    const auto size = [&](int from_right) { return from_right < own.size() ? own[own.size() - 1 - from_right] : 1; };
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 3; ++j) {
        for (int k = 0; k < 5; ++k) {
          const std::int64_t row = ((i % size(3)) * size(2) + j % size(2)) * size(1) + k % size(1);
          REQUIRE(steps.offset(i, j, k) == row * stride);
        }
      }
    }
  }
  CHECK(steps_of(empty_tensor({4, 3}), {4, 3}).offset(2, 0, 0) == 6);
  CHECK_FALSE(steps_of(empty_tensor({4, 1}), {4, 1}).spread);
}

TEST_CASE("a loop is flat where nothing is strided or repeated", "[kernels][broadcast]") {
  const std::vector<Tensor> flat{empty_tensor({4, 3}), empty_tensor({4, 3})};
  CHECK(all_flat(flat, {4, 3}));
  CHECK_FALSE(all_flat(flat, {1, 4, 3}));
  CHECK_FALSE(all_flat(std::vector<Tensor>{empty_tensor({4, 3}), empty_tensor({3})}, {4, 3}));
  CHECK_FALSE(all_flat(std::vector<Tensor>{empty_tensor({4, 3}, 5)}, {4, 3}));
}
