#include "kernels/rows.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/error.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

template <class T>
using Row = Eigen::Map<Eigen::Array<T, 1, Eigen::Dynamic>>;

/// work(row index) with T known, rows shared between threads.
template <class Work>
void each_row(const Tensor& shape_of, Work&& work) {
  with_precision(shape_of.precision, [&](auto zero) {
    using T = decltype(zero);
    parallel(shape_of.rows(), useful_threads(shape_of.rows(), shape_of.columns() / 4 + 1),
             [&](int, std::int64_t first, std::int64_t last) {
               for (std::int64_t r = first; r < last; ++r) work(T{}, r);
             });
  });
}

template <class T>
Row<T> row(const Tensor& tensor, std::int64_t r) {
  return {tensor.row<T>(r), tensor.columns()};
}

template <class T>
void put(const Row<T>& from, Row<T> to, bool accumulate) {
  if (accumulate) {
    to += from;
  } else {
    to = from;
  }
}

/// The sum of squares in double, added up in T over short runs: many times as fast as one by one.
template <class T>
double squares(const T* from, std::int64_t count) {
  constexpr std::int64_t kRun = 256;
  double total = 0;
  for (std::int64_t i = 0; i < count; i += kRun) {
    const Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>> run(from + i, std::min(kRun, count - i));
    const auto sum = static_cast<double>(run.square().sum());
    total +=
        std::isfinite(sum) ? sum : run.template cast<double>().square().sum();  // a square too large for T is no infinity
  }
  return total;
}

}  // namespace

void copy_rows(const Tensor& from, const Tensor& to) {
  expect(from.rows() == to.rows() && from.columns() == to.columns() && from.precision == to.precision, "rows of equal size");
  each_row(to, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    std::memcpy(to.row<T>(r), from.row<T>(r), static_cast<std::size_t>(to.columns()) * sizeof(T));
  });
}

void add_rows(const Tensor& from, const Tensor& to) {
  expect(from.rows() == to.rows() && from.columns() == to.columns() && from.precision == to.precision, "rows of equal size");
  each_row(to, [&](auto zero, std::int64_t r) { row<decltype(zero)>(to, r) += row<decltype(zero)>(from, r); });
}

void set_each_row(const Tensor& one, const Tensor& to) {
  each_row(to, [&](auto zero, std::int64_t r) { row<decltype(zero)>(to, r) = row<decltype(zero)>(one, 0); });
}

void add_to_each_row(const Tensor& one, const Tensor& to) {
  each_row(to, [&](auto zero, std::int64_t r) { row<decltype(zero)>(to, r) += row<decltype(zero)>(one, 0); });
}

void sum_rows(const Tensor& from, const Tensor& to, bool accumulate) {
  with_precision(from.precision, [&](auto zero) {
    using T = decltype(zero);
    constexpr std::int64_t kBlock = 64;  // threads share columns: each sum has one owner, so its order is fixed
    const std::int64_t blocks = (from.columns() + kBlock - 1) / kBlock;
    parallel(blocks, useful_threads(blocks, from.rows() * kBlock / 4 + 1), [&](int, std::int64_t first, std::int64_t last) {
      const std::int64_t begin = first * kBlock;
      const std::int64_t count = std::min(last * kBlock, from.columns()) - begin;
      if (count <= 0) return;
      Row<T> sum(to.row<T>(0) + begin, count);
      if (!accumulate) sum.setZero();
      for (std::int64_t r = 0; r < from.rows(); ++r) sum += Row<T>(from.row<T>(r) + begin, count);
    });
  });
}

void gather_rows(const Tensor& table, std::span<const int> ids, const Tensor& to, bool accumulate) {
  each_row(to, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    put<T>(row<T>(table, ids[static_cast<std::size_t>(r)]), row<T>(to, r), accumulate);
  });
}

void swap_outer(const Tensor& from, std::int64_t outer, std::int64_t inner, const Tensor& to, bool accumulate) {
  each_row(to, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const std::int64_t i = r / outer;
    const std::int64_t o = r % outer;
    put<T>(row<T>(from, o * inner + i), row<T>(to, r), accumulate);
  });
}

double sum_of_squares(const Tensor& tensor) {
  return with_precision(tensor.precision, [&](auto zero) {
    using T = decltype(zero);
    std::vector<double> sums(static_cast<std::size_t>(tensor.rows()));
    parallel(tensor.rows(), useful_threads(tensor.rows(), tensor.columns() / 4 + 1),
             [&](int, std::int64_t first, std::int64_t last) {
               for (std::int64_t r = first; r < last; ++r)
                 sums[static_cast<std::size_t>(r)] = squares(tensor.row<T>(r), tensor.columns());
             });
    double total = 0;
    for (const double sum : sums) total += sum;
    return total;
  });
}

}  // namespace seqlab
