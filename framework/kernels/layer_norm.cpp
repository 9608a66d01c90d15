#include "kernels/layer_norm.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

template <class T>
using Row = Eigen::Map<Eigen::Array<T, 1, Eigen::Dynamic>>;

template <class T>
Row<T> row(const Tensor& tensor, std::int64_t r) {
  return {tensor.row<T>(r), tensor.columns()};
}

/// work(T, row index), rows shared between threads.
template <class Work>
void each_row(const Tensor& like, Work&& work) {
  with_precision(like.precision, [&](auto zero) {
    parallel(like.rows(), useful_threads(like.rows(), like.columns()), [&](int, std::int64_t first, std::int64_t last) {
      for (std::int64_t r = first; r < last; ++r) work(zero, r);
    });
  });
}

}  // namespace

void layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias, double epsilon, const Tensor& y,
                std::span<Moments> moments) {
  expect(gain.elements() == x.columns() && bias.elements() == x.columns(), "gain and bias have a number for each column");
  each_row(x, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const Row<T> in = row<T>(x, r);
    const T mean = in.mean();
    const T variance = (in - mean).square().mean();
    const T inverse = T{1} / std::sqrt(variance + static_cast<T>(epsilon));
    moments[static_cast<std::size_t>(r)] = {static_cast<double>(mean), static_cast<double>(inverse)};
    row<T>(y, r) = (in - mean) * inverse * row<T>(gain, 0) + row<T>(bias, 0);
  });
}

void layer_norm_backward(const Tensor& x, const Tensor& gain, std::span<const Moments> moments, const Tensor& upstream,
                         const Tensor& gradient, bool accumulate) {
  each_row(x, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const auto mean = static_cast<T>(moments[static_cast<std::size_t>(r)].mean);
    const auto inverse = static_cast<T>(moments[static_cast<std::size_t>(r)].inverse);
    const Row<T> in = row<T>(x, r);
    const Row<T> up = row<T>(upstream, r);
    const Row<T> g = row<T>(gain, 0);
    const T average = (up * g).mean();
    const T slope = (up * g * (in - mean)).mean() * inverse * inverse;
    Row<T> to = row<T>(gradient, r);
    if (accumulate) {
      to += inverse * (up * g - average - (in - mean) * slope);
    } else {
      to = inverse * (up * g - average - (in - mean) * slope);
    }
  });
}

void layer_norm_parameters(const Tensor& x, std::span<const Moments> moments, const Tensor& upstream,
                           const Tensor& gain_gradient, const Tensor& bias_gradient) {
  with_precision(x.precision, [&](auto zero) {
    using T = decltype(zero);
    constexpr std::int64_t kBlock = 64;  // threads share columns: each sum has one owner, so its order is fixed
    const std::int64_t blocks = (x.columns() + kBlock - 1) / kBlock;
    parallel(blocks, useful_threads(blocks, x.rows() * kBlock / 2 + 1), [&](int, std::int64_t first, std::int64_t last) {
      const std::int64_t begin = first * kBlock;
      const std::int64_t count = std::min(last * kBlock, x.columns()) - begin;
      if (count <= 0) return;
      for (std::int64_t r = 0; r < x.rows(); ++r) {
        const Moments& of = moments[static_cast<std::size_t>(r)];
        const Row<T> up(upstream.row<T>(r) + begin, count);
        if (gain_gradient.data != nullptr) {
          const Row<T> in(x.row<T>(r) + begin, count);
          Row<T>(gain_gradient.row<T>(0) + begin, count) += up * (in - static_cast<T>(of.mean)) * static_cast<T>(of.inverse);
        }
        if (bias_gradient.data != nullptr) Row<T>(bias_gradient.row<T>(0) + begin, count) += up;
      }
    });
  });
}

}  // namespace seqlab
