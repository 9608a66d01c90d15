#include "kernels/softmax.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "kernels/packet.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

template <class T>
using Row = Eigen::Map<Eigen::Array<T, 1, Eigen::Dynamic>>;
template <class T>
using ConstRow = Eigen::Map<const Eigen::Array<T, 1, Eigen::Dynamic>>;

/// out[i] = exp(in[i] - shift); returns their sum. (Eigen's double exp is a polynomial; the reference takes std::exp.)
template <class T>
T exp_shifted(const T* in, T shift, T* out, std::int64_t count) {
  using P = Packet<T>;
  const P s = P::all(shift);
  P total = P::all(0);
  std::int64_t i = 0;
  for (; i + P::kWidth <= count; i += P::kWidth) {
    const P e = exp(P::load(in + i) - s);
    e.store(out + i);
    total = total + e;
  }
  T sum = total.sum();
  if (i < count) {
    const P e = exp(P::load_part(in + i, count - i) - s);
    e.store_part(out + i, count - i);
    sum += e.sum_part(count - i);
  }
  return sum;
}

template <class T>
T sum_exp_shifted(const T* in, T shift, std::int64_t count) {
  using P = Packet<T>;
  const P s = P::all(shift);
  P total = P::all(0);
  std::int64_t i = 0;
  for (; i + P::kWidth <= count; i += P::kWidth) total = total + exp(P::load(in + i) - s);
  T sum = total.sum();
  if (i < count) sum += exp(P::load_part(in + i, count - i) - s).sum_part(count - i);
  return sum;
}

template <class Work>
void each_row(const Tensor& like, std::int64_t cost, Work&& work) {
  with_precision(like.precision, [&](auto zero) {
    parallel(like.rows(), useful_threads(like.rows(), like.columns() * cost),
             [&](int, std::int64_t first, std::int64_t last) {
               for (std::int64_t r = first; r < last; ++r) work(zero, r);
             });
  });
}

}  // namespace

void masked_softmax(const Tensor& scores, std::span<const Reach> reaches, const Tensor& weights) {
  if (scores.rows() == 0) return;
  const std::int64_t rows_per_reach = scores.rows() / static_cast<std::int64_t>(reaches.size());
  each_row(scores, 2, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const std::int64_t all = scores.columns();
    const Reach reach = reaches[static_cast<std::size_t>(r / rows_per_reach)];
    const std::int64_t first = std::clamp<std::int64_t>(reach.first, 0, all);
    const std::int64_t last = std::clamp<std::int64_t>(reach.last, first, all);
    T* out = weights.row<T>(r);
    std::fill(out, out + first, T{0});
    std::fill(out + last, out + all, T{0});
    if (last == first) return;
    const T* from = scores.row<T>(r) + first;
    const T sum = exp_shifted(from, ConstRow<T>(from, last - first).maxCoeff(), out + first, last - first);
    Row<T>(out + first, last - first) *= T{1} / sum;
  });
}

void softmax_backward(const Tensor& weights, const Tensor& upstream, const Tensor& scores_gradient, bool accumulate) {
  each_row(weights, 1, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const std::int64_t count = weights.columns();
    const ConstRow<T> w(weights.row<T>(r), count);
    const ConstRow<T> up(upstream.row<T>(r), count);
    Row<T> to(scores_gradient.row<T>(r), count);
    const T mean = (w * up).sum();
    if (accumulate) {
      to += w * (up - mean);
    } else {
      to = w * (up - mean);
    }
  });
}

double cross_entropy(const Tensor& logits, std::span<const int> targets, std::span<Normaliser> normalisers,
                     std::int64_t& correct) {
  std::vector<double> losses(targets.size());
  std::vector<char> hits(targets.size());
  each_row(logits, 2, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const auto at = static_cast<std::size_t>(r);
    if (targets[at] < 0) return;
    const T* row = logits.row<T>(r);
    const T largest = ConstRow<T>(row, logits.columns()).maxCoeff();
    const double log_sum = std::log(static_cast<double>(sum_exp_shifted(row, largest, logits.columns())));
    normalisers[at] = {static_cast<double>(largest), log_sum};
    losses[at] = log_sum + (static_cast<double>(largest) - static_cast<double>(row[targets[at]]));
    // As greedy decoding chooses: a tie goes to the smaller id.
    hits[at] = row[targets[at]] == largest && std::find(row, row + targets[at], largest) == row + targets[at] ? 1 : 0;
  });
  double total = 0;
  for (std::size_t r = 0; r < targets.size(); ++r) {
    total += losses[r];
    correct += hits[r];
  }
  return total;
}

double mean_cross_entropy(const Tensor& logits, std::span<const int> targets, std::span<const Normaliser> normalisers) {
  std::vector<double> losses(targets.size());
  each_row(logits, 1, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    const auto at = static_cast<std::size_t>(r);
    if (targets[at] < 0) return;
    const T largest = static_cast<T>(normalisers[at].largest);
    const double below = static_cast<double>((largest - ConstRow<T>(logits.row<T>(r), logits.columns())).mean());
    losses[at] = normalisers[at].log_sum + below;
  });
  return std::accumulate(losses.begin(), losses.end(), 0.0);
}

void cross_entropy_backward(const Tensor& logits, std::span<const int> targets, std::span<const Normaliser> normalisers,
                            double scale, const Tensor& gradient, bool accumulate, double smoothing) {
  each_row(logits, 2, [&](auto zero, std::int64_t r) {
    using T = decltype(zero);
    using P = Packet<T>;
    const auto at = static_cast<std::size_t>(r);
    const std::int64_t count = logits.columns();
    T* to = gradient.row<T>(r);
    if (targets[at] < 0) {
      if (!accumulate) std::fill_n(to, count, T{0});
      return;
    }
    const T* from = logits.row<T>(r);
    const P largest = P::all(static_cast<T>(normalisers[at].largest));
    const P log_sum = P::all(static_cast<T>(normalisers[at].log_sum));
    const P factor = P::all(static_cast<T>(scale));
    const P spread = P::all(static_cast<T>(smoothing / static_cast<double>(count)));
    std::int64_t i = 0;
    for (; i + P::kWidth <= count; i += P::kWidth) {
      P g = (exp(P::load(from + i) - largest - log_sum) - spread) * factor;
      if (accumulate) g = g + P::load(to + i);
      g.store(to + i);
    }
    if (i < count) {
      P g = (exp(P::load_part(from + i, count - i) - largest - log_sum) - spread) * factor;
      if (accumulate) g = g + P::load_part(to + i, count - i);
      g.store_part(to + i, count - i);
    }
    to[targets[at]] -= static_cast<T>(scale * (1.0 - smoothing));
  });
}

}  // namespace seqlab
