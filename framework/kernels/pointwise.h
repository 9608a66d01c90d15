#pragma once

// The pointwise engine: an author's equations as one fused, vectorised loop.
// forward() computes the values of all results; backward() computes the exact gradient of every input in one pass,
// recomputing what lies between instead of storing it. With `sum_columns` the (single) result is summed over the columns of
// each row: a product such as v . tanh(k + q) is then never stored.

#include <array>
#include <span>
#include <vector>

#include "core/arena.h"
#include "kernels/broadcast.h"
#include "kernels/dual.h"
#include "kernels/parallel.h"

namespace seqlab::pointwise_kernel {

/// What to do with the gradient of an input.
enum class Write { none, store, add };

struct Target {
  Tensor tensor;
  Write write = Write::none;
};

// Results as a tuple, whether the lambda returns one number or outputs(...).
template <class P>
std::tuple<P> as_tuple(const P& result) {
  return {result};
}
template <class... Results>
const std::tuple<Results...>& as_tuple(const Outputs<Results...>& results) {
  return results.results;
}

template <std::size_t, class T>
using Repeat = T;

template <class Equations, std::size_t... I>
auto sample_results(std::index_sequence<I...>)
    -> decltype(as_tuple(std::declval<const Equations&>()(std::declval<Repeat<I, Packet<float>>>()...)));

template <class Equations, std::size_t Inputs>
inline constexpr std::size_t result_count =
    std::tuple_size_v<std::remove_cvref_t<decltype(sample_results<Equations>(std::make_index_sequence<Inputs>{}))>>;

template <class T>
struct Stream {
  T* data = nullptr;
  Steps steps;
};

template <class T>
Stream<T> stream_of(const Tensor& tensor, const Shape& shape, bool flat) {
  Stream<T> stream{static_cast<T*>(tensor.data), {}};
  if (!flat) stream.steps = steps_of(tensor, shape);
  return stream;
}

/// Runs body(thread, row indices i j k, first column, last column) over the loop; threads share the outermost dimension or,
/// for a single row, its columns.
template <class Body>
void for_rows(const Extent& extent, int threads, Body&& body) {
  if (extent.rows() == 1) {
    constexpr std::int64_t kBlock = 64;
    parallel((extent.columns + kBlock - 1) / kBlock, threads, [&](int thread, std::int64_t first, std::int64_t last) {
      const std::int64_t end = std::min(last * kBlock, extent.columns);
      if (first * kBlock < end) body(thread, 0, 0, 0, first * kBlock, end);
    });
    return;
  }
  parallel(extent.outer[0], threads, [&](int thread, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      for (std::int64_t j = 0; j < extent.outer[1]; ++j) {
        for (std::int64_t k = 0; k < extent.outer[2]; ++k) body(thread, i, j, k, 0, extent.columns);
      }
    }
  });
}

inline int threads_for(const Extent& extent, std::size_t streams) {
  constexpr std::int64_t kPartsOfColumns = 64;
  const auto cost = static_cast<std::int64_t>(streams);  // about one operation per element and stream, vectorised
  return extent.rows() == 1
             ? useful_threads((extent.columns + kPartsOfColumns - 1) / kPartsOfColumns, cost * kPartsOfColumns)
             : useful_threads(extent.outer[0], extent.rows() / extent.outer[0] * extent.columns * cost);
}

template <class T, std::size_t N, std::size_t M, class Equations>
void forward(const Equations& equations, const std::array<Tensor, N>& inputs, const Shape& shape,
             const std::array<Tensor, M>& results, bool sum_columns) {
  using P = Packet<T>;
  constexpr auto kInputs = std::make_index_sequence<N>{};
  constexpr auto kResults = std::make_index_sequence<M>{};
  const bool flat = !sum_columns && all_flat(inputs, shape);
  const Extent extent = flat ? Extent{{1, 1, 1}, shape.elements()} : extent_of(shape);
  if (extent.rows() == 0) return;
  std::array<Stream<const T>, N> in;
  std::array<Stream<T>, M> out;
  for (std::size_t n = 0; n < N; ++n) in[n] = stream_of<const T>(inputs[n], shape, flat);
  const Shape out_shape = sum_columns ? shape.with_columns(1) : shape;
  for (std::size_t m = 0; m < M; ++m) out[m] = stream_of<T>(results[m], out_shape, flat);
  // The sum of each row spans all its columns: one thread a row.
  const int threads = sum_columns && extent.rows() == 1 ? 1 : threads_for(extent, N + M);
  for_rows(extent, threads, [&](int, std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t first, std::int64_t last) {
    std::array<const T*, N> p;
    std::array<P, N> held;
    for (std::size_t n = 0; n < N; ++n) {
      p[n] = in[n].data + in[n].steps.offset(i, j, k);
      if (in[n].steps.spread) held[n] = P::all(*p[n]);
    }
    std::array<T*, M> q;
    for (std::size_t m = 0; m < M; ++m) q[m] = out[m].data + out[m].steps.offset(i, j, k);
    P total = P::all(0);
    T rest = 0;
    std::int64_t c = first;
    for (; c + P::kWidth <= last; c += P::kWidth) {
      [&]<std::size_t... I, std::size_t... R>(std::index_sequence<I...>, std::index_sequence<R...>) {
        const auto values = as_tuple(equations((in[I].steps.spread ? held[I] : P::load(p[I] + c))...));
        if (sum_columns) {
          total = total + std::get<0>(values);
        } else {
          (std::get<R>(values).store(q[R] + c), ...);
        }
      }
      (kInputs, kResults);
    }
    if (c < last) {
      [&]<std::size_t... I, std::size_t... R>(std::index_sequence<I...>, std::index_sequence<R...>) {
        const std::int64_t count = last - c;
        const auto values = as_tuple(equations((in[I].steps.spread ? held[I] : P::load_part(p[I] + c, count))...));
        if (sum_columns) {
          rest = std::get<0>(values).sum_part(count);
        } else {
          (std::get<R>(values).store_part(q[R] + c, count), ...);
        }
      }
      (kInputs, kResults);
    }
    if (sum_columns) *q[0] = total.sum() + rest;
  });
}

/// True where two gradients of one long row share some but not all of their elements: threads that split the row would meet
/// there.
template <std::size_t N>
bool overlap(const std::array<Target, N>& targets) {
  for (std::size_t a = 0; a < N; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (targets[a].write == Write::none || targets[b].write == Write::none) continue;
      const auto begin = [](const Target& t) { return static_cast<const char*>(t.tensor.data); };
      const auto end = [&](const Target& t) {
        return begin(t) + static_cast<std::size_t>(t.tensor.elements()) * element_size(t.tensor.precision);
      };
      if (begin(targets[a]) == begin(targets[b])) continue;
      if (begin(targets[a]) < end(targets[b]) && begin(targets[b]) < end(targets[a])) return true;
    }
  }
  return false;
}

/// Private sums for an input that several threads would add to at the same place.
template <class T>
struct Partial {
  T* data = nullptr;  // [threads, size]
  std::int64_t size = 0;
  std::array<std::int64_t, 2> counts{1, 1};  // of outer dimensions 1 and 2
  std::int64_t columns = 0;
};

/// upstream * d result / d input, summed over the results.
/// A result that nobody used is left out: its slope may be infinite, and 0 times that is NaN.
template <std::size_t Input, class P, class Results, std::size_t M, std::size_t... R>
P gradient_of(const Results& results, const std::array<P, M>& upstream, const std::array<bool, M>& used,
              std::index_sequence<R...>) {
  P gradient = P::all(0);
  const auto one = [&]<unsigned Mask>(const Dual<P, Mask>& result, const P& up, bool is_used) {
    if constexpr ((Mask >> Input & 1U) != 0) {
      if (!is_used) return;
      gradient = fused_multiply_add(up, result.tangents[dual_detail::position(Mask, static_cast<int>(Input))], gradient);
    }
  };
  (one(std::get<R>(results), upstream[R], used[R]), ...);
  return gradient;
}

/// `upstream[m].data` may be null: nobody used that result. Targets that are repeated over the loop must be written with
/// `add`.
template <class T, std::size_t N, std::size_t M, class Equations>
void backward(const Equations& equations, const std::array<Tensor, N>& inputs, const Shape& shape,
              const std::array<Tensor, M>& upstream, const std::array<Target, N>& targets, bool sum_columns, Arena& arena) {
  using P = Packet<T>;
  constexpr auto kInputs = std::make_index_sequence<N>{};
  constexpr auto kResults = std::make_index_sequence<M>{};
  bool flat = !sum_columns && all_flat(inputs, shape);
  for (const Tensor& up : upstream) flat = flat && (up.data == nullptr || up.contiguous());
  for (const Target& target : targets) flat = flat && (target.write == Write::none || target.tensor.contiguous());
  const Extent extent = flat ? Extent{{1, 1, 1}, shape.elements()} : extent_of(shape);
  if (extent.rows() == 0) return;
  const int threads = extent.rows() == 1 && overlap(targets) ? 1 : threads_for(extent, 2 * N + M);
  const Shape up_shape = sum_columns ? shape.with_columns(1) : shape;

  std::array<Stream<const T>, N> in;
  std::array<Stream<T>, N> out;
  std::array<Stream<const T>, M> up;
  std::array<Partial<T>, N> partial;
  std::array<bool, M> used;
  for (std::size_t m = 0; m < M; ++m) {
    used[m] = upstream[m].data != nullptr;
    if (upstream[m].data != nullptr) up[m] = stream_of<const T>(upstream[m], up_shape, flat);
    up[m].steps.spread = sum_columns;
  }
  for (std::size_t n = 0; n < N; ++n) {
    in[n] = stream_of<const T>(inputs[n], shape, flat);
    if (targets[n].write == Write::none) continue;
    out[n] = stream_of<T>(targets[n].tensor, shape, flat);
    Steps& steps = out[n].steps;
    const bool shared = extent.rows() == 1 ? steps.spread : extent.outer[0] > 1 && steps.outer[0] == 0;
    if (threads > 1 && shared) {
      Partial<T>& sums = partial[n];
      sums.columns = steps.spread ? 1 : extent.columns;
      for (std::size_t d = 0; d < 2; ++d) sums.counts[d] = steps.outer[d + 1] == 0 ? 1 : extent.outer[d + 1];
      sums.size = sums.counts[0] * sums.counts[1] * sums.columns;
      sums.data = arena.array<T>(static_cast<std::size_t>(sums.size * threads));
      std::fill_n(sums.data, sums.size * threads, T{0});
    }
  }

  for_rows(extent, threads,
           [&](int thread, std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t first, std::int64_t last) {
             std::array<const T*, N> p;
             std::array<T*, N> g;
             std::array<P, N> held;
             std::array<P, N> totals;
             for (std::size_t n = 0; n < N; ++n) {
               p[n] = in[n].data + in[n].steps.offset(i, j, k);
               if (in[n].steps.spread) held[n] = P::all(*p[n]);
               totals[n] = P::all(0);
               const Partial<T>& sums = partial[n];
               if (sums.data != nullptr) {
                 const std::int64_t row = (sums.counts[0] == 1 ? 0 : j) * sums.counts[1] + (sums.counts[1] == 1 ? 0 : k);
                 g[n] = sums.data + thread * sums.size + row * sums.columns;
               } else {
                 g[n] = out[n].data == nullptr ? nullptr : out[n].data + out[n].steps.offset(i, j, k);
               }
             }
             std::array<const T*, M> u;
             for (std::size_t m = 0; m < M; ++m)
               u[m] = up[m].data == nullptr ? nullptr : up[m].data + up[m].steps.offset(i, j, k);

             // `flatten`: the equations must be inlined whole, or every Dual travels through memory.
             const auto block = [&]<bool Whole>(std::int64_t c, std::int64_t count) __attribute__((flatten)) {
               const auto read = [&](const T* from) { return Whole ? P::load(from) : P::load_part(from, count); };
               [&]<std::size_t... I, std::size_t... R>(std::index_sequence<I...>, std::index_sequence<R...>) {
                 const auto results =
                     as_tuple(equations(Dual<P, (1U << I)>{in[I].steps.spread ? held[I] : read(p[I] + c), {P::all(1)}}...));
                 std::array<P, M> rising{(u[R] == nullptr ? P::all(0) : sum_columns ? P::all(*u[R]) : read(u[R] + c))...};
                 const auto write = [&]<std::size_t Input>(std::integral_constant<std::size_t, Input>) {
                   if (targets[Input].write == Write::none) return;
                   P gradient = gradient_of<Input>(results, rising, used, kResults);
                   if (out[Input].steps.spread) {
                     if constexpr (Whole) {
                       totals[Input] = totals[Input] + gradient;
                     } else {
                       *g[Input] += gradient.sum_part(count);
                     }
                     return;
                   }
                   T* to = g[Input] + c;
                   if (targets[Input].write == Write::add) gradient = gradient + read(to);
                   if constexpr (Whole) {
                     gradient.store(to);
                   } else {
                     gradient.store_part(to, count);
                   }
                 };
                 (write(std::integral_constant<std::size_t, I>{}), ...);
               }
               (kInputs, kResults);
             };
             std::int64_t c = first;
             for (; c + P::kWidth <= last; c += P::kWidth) block.template operator()<true>(c, P::kWidth);
             if (c < last) block.template operator()<false>(c, last - c);
             for (std::size_t n = 0; n < N; ++n) {
               if (g[n] != nullptr && out[n].steps.spread) *g[n] += totals[n].sum();
             }
           });

  for (std::size_t n = 0; n < N; ++n) {
    const Partial<T>& sums = partial[n];
    if (sums.data == nullptr) continue;
    for (int thread = 0; thread < threads; ++thread) {
      const T* from = sums.data + thread * sums.size;
      for (std::int64_t j = 0; j < sums.counts[0]; ++j) {
        for (std::int64_t k = 0; k < sums.counts[1]; ++k, from += sums.columns) {
          T* to = out[n].data + out[n].steps.offset(0, j, k);
          for (std::int64_t c = 0; c < sums.columns; ++c) to[c] += from[c];
        }
      }
    }
  }
}

}  // namespace seqlab::pointwise_kernel
