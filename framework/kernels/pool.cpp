#include "kernels/pool.h"

#include <Eigen/Core>
#include <algorithm>

#include "kernels/parallel.h"

namespace seqlab {
namespace {

template <class T>
using Row = Eigen::Map<Eigen::Array<T, 1, Eigen::Dynamic>>;

/// work(T, batch row, its length), batch rows shared between threads.
template <class Work>
void each_sequence(const Tensor& x, std::span<const int> lengths, Work&& work) {
  const std::int64_t batch = x.shape[1];
  with_precision(x.precision, [&](auto zero) {
    parallel(batch, useful_threads(batch, x.shape[0] * x.columns() / 4 + 1),
             [&](int, std::int64_t first, std::int64_t last) {
               for (std::int64_t b = first; b < last; ++b) {
                 work(zero, b, std::min<std::int64_t>(lengths[static_cast<std::size_t>(b)], x.shape[0]));
               }
             });
  });
}

}  // namespace

void mean_over_time(const Tensor& x, std::span<const int> lengths, const Tensor& y) {
  each_sequence(x, lengths, [&](auto zero, std::int64_t b, std::int64_t length) {
    using T = decltype(zero);
    Row<T> out(y.row<T>(b), y.columns());
    out.setZero();
    for (std::int64_t t = 0; t < length; ++t) out += Row<T>(x.row<T>(t * x.shape[1] + b), x.columns());
    if (length > 0) out /= static_cast<T>(length);
  });
}

void mean_over_time_backward(std::span<const int> lengths, const Tensor& upstream, const Tensor& gradient, bool accumulate) {
  each_sequence(gradient, lengths, [&](auto zero, std::int64_t b, std::int64_t length) {
    using T = decltype(zero);
    const Row<T> up(upstream.row<T>(b), upstream.columns());
    for (std::int64_t t = 0; t < gradient.shape[0]; ++t) {
      Row<T> to(gradient.row<T>(t * gradient.shape[1] + b), gradient.columns());
      if (t >= length) {
        if (!accumulate) to.setZero();
      } else if (accumulate) {
        to += up / static_cast<T>(length);
      } else {
        to = up / static_cast<T>(length);
      }
    }
  });
}

void max_over_time(const Tensor& x, std::span<const int> lengths, const Tensor& y, std::span<int> steps) {
  each_sequence(x, lengths, [&](auto zero, std::int64_t b, std::int64_t length) {
    using T = decltype(zero);
    T* out = y.row<T>(b);
    int* at = steps.data() + b * y.columns();
    std::fill_n(out, y.columns(), T{0});
    std::fill_n(at, y.columns(), -1);
    for (std::int64_t t = 0; t < length; ++t) {
      const T* in = x.row<T>(t * x.shape[1] + b);
      for (std::int64_t c = 0; c < y.columns(); ++c) {
        if (t > 0 && !(in[c] > out[c])) continue;
        out[c] = in[c];
        at[c] = static_cast<int>(t);
      }
    }
  });
}

void max_over_time_backward(std::span<const int> steps, const Tensor& upstream, const Tensor& gradient) {
  with_precision(gradient.precision, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t b = 0; b < upstream.rows(); ++b) {
      const T* up = upstream.row<T>(b);
      for (std::int64_t c = 0; c < upstream.columns(); ++c) {
        const int t = steps[static_cast<std::size_t>(b * upstream.columns() + c)];
        if (t >= 0) gradient.row<T>(t * gradient.shape[1] + b)[c] += up[c];
      }
    }
  });
}

void at_steps(const Tensor& x, std::span<const int> steps, const Tensor& y) {
  with_precision(x.precision, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t b = 0; b < y.rows(); ++b) {
      const int t = steps[static_cast<std::size_t>(b)];
      Row<T> out(y.row<T>(b), y.columns());
      if (t < 0) {
        out.setZero();
      } else {
        out = Row<T>(x.row<T>(t * x.shape[1] + b), x.columns());
      }
    }
  });
}

void at_steps_backward(std::span<const int> steps, const Tensor& upstream, const Tensor& gradient) {
  with_precision(gradient.precision, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t b = 0; b < upstream.rows(); ++b) {
      const int t = steps[static_cast<std::size_t>(b)];
      if (t < 0) continue;
      Row<T>(gradient.row<T>(t * gradient.shape[1] + b), gradient.columns()) +=
          Row<T>(upstream.row<T>(b), upstream.columns());
    }
  });
}

}  // namespace seqlab
