#include "kernels/top.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "kernels/packet.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

template <class Work>
void each_row(const Tensor& x, Work&& work) {
  with_precision(x.precision, [&](auto zero) {
    using T = decltype(zero);
    parallel(x.rows(), useful_threads(x.rows(), x.columns() / 4 + 1), [&](int, std::int64_t first, std::int64_t last) {
      for (std::int64_t r = first; r < last; ++r) work(r, static_cast<const T*>(x.row<T>(r)));
    });
  });
}

/// Puts a number in its place among the largest so far, behind its equals.
void insert(std::span<TopEntry> best, int column, double value) {
  std::size_t i = best.size() - 1;
  for (; i > 0 && value > best[i - 1].value; --i) best[i] = best[i - 1];
  best[i] = {column, value};
}

template <class T>
void top_of_row(const T* row, std::int64_t columns, std::span<TopEntry> best) {
  constexpr std::int64_t kBlock = 128;  // nearly all blocks hold nothing that is wanted: one vectorised look each
  std::ranges::fill(best, TopEntry{-1, -std::numeric_limits<double>::infinity()});
  for (std::int64_t first = 0; first < columns; first += kBlock) {
    const std::int64_t count = std::min(kBlock, columns - first);
    const Eigen::Map<const Eigen::Array<T, 1, Eigen::Dynamic>> block(row + first, count);
    if (!(static_cast<double>(block.template maxCoeff<Eigen::PropagateNumbers>()) > best.back().value)) continue;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto value = static_cast<double>(block[i]);
      if (value > best.back().value) insert(best, static_cast<int>(first + i), value);
    }
  }
}

template <class T>
double log_sum(const T* row, std::int64_t columns) {
  using P = Packet<T>;
  const T largest = Eigen::Map<const Eigen::Array<T, 1, Eigen::Dynamic>>(row, columns).maxCoeff();
  const P shift = P::all(largest);
  P total = P::all(0);
  std::int64_t i = 0;
  for (; i + P::kWidth <= columns; i += P::kWidth) total = total + exp(P::load(row + i) - shift);
  T sum = total.sum();
  if (i < columns) sum += exp(P::load_part(row + i, columns - i) - shift).sum_part(columns - i);
  return static_cast<double>(largest) + std::log(static_cast<double>(sum));
}

}  // namespace

void top_columns(const Tensor& x, int count, std::vector<TopEntry>& entries) {
  expect(count >= 1, "at least one number is looked for");
  entries.resize(static_cast<std::size_t>(x.rows()) * static_cast<std::size_t>(count));
  each_row(x, [&](std::int64_t r, const auto* row) {
    top_of_row(row, x.columns(),
               std::span(entries).subspan(static_cast<std::size_t>(r * count), static_cast<std::size_t>(count)));
  });
}

void log_sum_exp(const Tensor& x, std::vector<double>& sums) {
  sums.resize(static_cast<std::size_t>(x.rows()));
  each_row(x, [&](std::int64_t r, const auto* row) { sums[static_cast<std::size_t>(r)] = log_sum(row, x.columns()); });
}

}  // namespace seqlab
