#pragma once

// A tensor with memory of its own, for tests.

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "core/tensor.h"

namespace seqlab::test {

/// [rows, columns] (or any shape) of random numbers in [-1, 1); rows stand `gap` elements further apart than they need.
/// The numbers depend on the shape and the stream alone, so an f32 and an f64 matrix hold the same (rounded) numbers.
class Matrix {
 public:
  Matrix(Shape shape, Precision precision, std::string_view stream = "matrix", std::int64_t gap = 0) {
    const std::int64_t stride = shape.columns() + gap;
    const auto bytes = static_cast<std::size_t>(std::max<std::int64_t>(1, shape.rows() * stride)) * element_size(precision);
    memory_.assign((bytes + sizeof(double) - 1) / sizeof(double), kBetween);
    tensor_ = {memory_.data(), shape, stride, precision};
    Random random(17, stream);
    for (std::int64_t r = 0; r < shape.rows(); ++r) {
      for (std::int64_t c = 0; c < shape.columns(); ++c) {
        tensor_.set(r, c, static_cast<double>(static_cast<float>(random.uniform(-1, 1))));
      }
    }
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  [[nodiscard]] const Tensor& tensor() const { return tensor_; }
  operator const Tensor&() const { return tensor_; }  // NOLINT: a matrix is used as its tensor
  [[nodiscard]] double at(std::int64_t row, std::int64_t column) const { return tensor_.at(row, column); }

 private:
  static constexpr double kBetween = 1e30;  // what stands between strided rows: it shows where it is read
  std::vector<double> memory_;
  Tensor tensor_;
};

inline std::vector<double> values_of(const Tensor& tensor) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) values.push_back(tensor.at(r, c));
  }
  return values;
}

/// Largest |a - b| / max(1, |b|); infinity where a number is NaN or the sizes differ.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i]));
    if (!(difference <= worst)) worst = std::isnan(difference) ? INFINITY : difference;
  }
  return worst;
}

inline double largest_difference(const Tensor& a, const Tensor& b) { return largest_difference(values_of(a), values_of(b)); }

}  // namespace seqlab::test
