#include "core/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/error.h"

namespace seqlab {

std::string_view precision_name(Precision precision) { return precision == Precision::f64 ? "f64" : "f32"; }
std::size_t element_size(Precision precision) { return precision == Precision::f64 ? sizeof(double) : sizeof(float); }

Shape::Shape(std::initializer_list<std::int64_t> dimensions) : size_(static_cast<int>(dimensions.size())) {
  expect(size_ >= 1 && size_ <= kMaximum, "a shape has one to four dimensions");
  std::ranges::copy(dimensions, dimensions_.begin());
}

std::int64_t Shape::rows() const {
  std::int64_t rows = 1;
  for (int i = 0; i + 1 < size_; ++i) rows *= (*this)[i];
  return size_ == 0 ? 0 : rows;
}

Shape Shape::with_columns(std::int64_t columns) const {
  Shape shape = *this;
  shape.dimensions_[static_cast<std::size_t>(size_ - 1)] = columns;
  return shape;
}

bool Shape::operator==(const Shape& other) const {
  return size_ == other.size_ && std::equal(dimensions_.begin(), dimensions_.begin() + size_, other.dimensions_.begin());
}

std::string to_text(const Shape& shape) {
  std::vector<std::int64_t> dimensions;
  for (int i = 0; i < shape.size(); ++i) dimensions.push_back(shape[i]);
  return fmt::format("[{}]", fmt::join(dimensions, ", "));
}

double Tensor::at(std::int64_t index, std::int64_t column) const {
  return precision == Precision::f64 ? row<double>(index)[column] : static_cast<double>(row<float>(index)[column]);
}

void Tensor::set(std::int64_t index, std::int64_t column, double value) const {
  if (precision == Precision::f64) {
    row<double>(index)[column] = value;
  } else {
    row<float>(index)[column] = static_cast<float>(value);
  }
}

Tensor Tensor::slice_rows(std::int64_t first, Shape as) const {
  expect(as.columns() == columns() && first >= 0 && first + as.rows() <= rows(), "slice of rows stays inside the tensor");
  Tensor slice = *this;
  slice.data = static_cast<char*>(data) + static_cast<std::size_t>(first * stride) * element_size(precision);
  slice.shape = as;
  return slice;
}

Tensor Tensor::slice_columns(std::int64_t first, std::int64_t count) const {
  expect(first >= 0 && count >= 0 && first + count <= columns(), "slice of columns stays inside the tensor");
  Tensor slice = *this;
  slice.data = static_cast<char*>(data) + static_cast<std::size_t>(first) * element_size(precision);
  slice.shape = shape.with_columns(count);
  return slice;
}

Tensor Tensor::reshaped(Shape as) const {
  expect(as.elements() == elements(), fmt::format("{} holds as many elements as {}", to_text(as), to_text(shape)));
  expect(contiguous() || as.columns() == columns(), "a strided tensor keeps its columns");
  Tensor result = *this;
  if (as.columns() != columns()) result.stride = as.columns();
  result.shape = as;
  return result;
}

void fill(const Tensor& tensor, double value) {
  with_precision(tensor.precision, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t r = 0; r < tensor.rows(); ++r) std::fill_n(tensor.row<T>(r), tensor.columns(), static_cast<T>(value));
  });
}

void copy(const Tensor& from, const Tensor& to) {
  expect(from.rows() == to.rows() && from.columns() == to.columns(),
         fmt::format("copy of {} to {}", to_text(from.shape), to_text(to.shape)));
  with_precision(from.precision, [&](auto zero) {
    using From = decltype(zero);
    with_precision(to.precision, [&](auto other) {
      using To = decltype(other);
      for (std::int64_t r = 0; r < from.rows(); ++r) {
        if constexpr (std::is_same_v<From, To>) {
          std::memcpy(to.row<To>(r), from.row<From>(r), static_cast<std::size_t>(from.columns()) * sizeof(To));
        } else {
          std::transform(from.row<From>(r), from.row<From>(r) + from.columns(), to.row<To>(r),
                         [](From v) { return static_cast<To>(v); });
        }
      }
    });
  });
}

}  // namespace seqlab
