#pragma once

// A tensor is a view: rows of numbers with a shape. It owns nothing. All dimensions but the last count rows, the last counts
// columns; rows stand `stride` elements apart, so a slice of rows or of columns is a view too.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace seqlab {

enum class Precision { f32, f64 };

std::string_view precision_name(Precision precision);
std::size_t element_size(Precision precision);

/// One to four dimensions, each >= 0, outermost first.
class Shape {
 public:
  static constexpr int kMaximum = 4;
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dimensions);

  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] std::int64_t operator[](int index) const { return dimensions_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] std::int64_t columns() const { return size_ == 0 ? 0 : dimensions_[static_cast<std::size_t>(size_ - 1)]; }
  [[nodiscard]] std::int64_t rows() const;
  [[nodiscard]] std::int64_t elements() const { return rows() * columns(); }
  [[nodiscard]] Shape with_columns(std::int64_t columns) const;
  bool operator==(const Shape& other) const;

 private:
  std::array<std::int64_t, kMaximum> dimensions_{};
  int size_ = 0;
};

std::string to_text(const Shape& shape);  // "[64, 512]"

struct Tensor {
  void* data = nullptr;
  Shape shape;
  std::int64_t stride = 0;  // elements from one row to the next, >= columns
  Precision precision = Precision::f32;

  [[nodiscard]] std::int64_t rows() const { return shape.rows(); }
  [[nodiscard]] std::int64_t columns() const { return shape.columns(); }
  [[nodiscard]] std::int64_t elements() const { return shape.elements(); }
  [[nodiscard]] bool contiguous() const { return stride == columns() || rows() <= 1; }

  template <class T>
  [[nodiscard]] T* row(std::int64_t index) const {
    return static_cast<T*>(data) + index * stride;
  }
  /// Element as double, whatever the precision. For tests and messages.
  [[nodiscard]] double at(std::int64_t row, std::int64_t column) const;
  void set(std::int64_t row, std::int64_t column, double value) const;

  /// As many rows as `as` has, from `first` on, in the shape `as`.
  [[nodiscard]] Tensor slice_rows(std::int64_t first, Shape as) const;
  /// Columns first .. first + count of every row.
  [[nodiscard]] Tensor slice_columns(std::int64_t first, std::int64_t count) const;
  /// The same rows and columns under another shape. InternalError where they differ or a strided tensor's columns would
  /// change.
  [[nodiscard]] Tensor reshaped(Shape as) const;
};

/// Calls `work` with a zero of the element type: with_precision(p, [&](auto zero) { using T = decltype(zero); ... }).
template <class Work>
decltype(auto) with_precision(Precision precision, Work&& work) {
  if (precision == Precision::f64) return work(double{});
  return work(float{});
}

void fill(const Tensor& tensor, double value);
/// Copies values; shapes must have equal rows and columns; precisions may differ.
void copy(const Tensor& from, const Tensor& to);

}  // namespace seqlab
