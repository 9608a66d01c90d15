#include "kernels/product.h"

#include <fmt/format.h>
#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "kernels/bf16.h"
#include "kernels/dnnl_matmul.h"
#include "kernels/parallel.h"
#include "kernels/profile.h"
#include "kernels/rows.h"

namespace seqlab {
namespace {

struct Sizes {
  std::int64_t m, n, k;
};

Sizes sizes_of(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c) {
  const Sizes sizes{transpose_a ? a.columns() : a.rows(), transpose_b ? b.rows() : b.columns(),
                    transpose_a ? a.rows() : a.columns()};
  const bool fits = (transpose_b ? b.columns() : b.rows()) == sizes.k && c.rows() == sizes.m && c.columns() == sizes.n &&
                    a.precision == c.precision && b.precision == c.precision;
  if (!fits) {
    throw InternalError(fmt::format("product of {}{} and {}{} into {}", to_text(a.shape), transpose_a ? " transposed" : "",
                                    to_text(b.shape), transpose_b ? " transposed" : "", to_text(c.shape)));
  }
  return sizes;
}

template <class T>
void eigen_product(const T* a, std::int64_t lda, bool ta, const T* b, std::int64_t ldb, bool tb, T* c, std::int64_t ldc,
                   Sizes s, bool accumulate) {
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Map = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;
  const Map left(a, ta ? s.k : s.m, ta ? s.m : s.k, Eigen::OuterStride<>(lda));
  const Map right(b, tb ? s.n : s.k, tb ? s.k : s.n, Eigen::OuterStride<>(ldb));
  Eigen::Map<Matrix, 0, Eigen::OuterStride<>> out(c, s.m, s.n, Eigen::OuterStride<>(ldc));
  if (!accumulate) out.setZero();
  if (!ta && !tb) out.noalias() += left * right;
  if (ta && !tb) out.noalias() += left.transpose() * right;
  if (!ta && tb) out.noalias() += left * right.transpose();
  if (ta && tb) out.noalias() += left.transpose() * right.transpose();
}

/// Products as primitives of oneDNN, made once per shape and kept.
class Products {
 public:
  struct Factor {
    const void* data;
    std::int64_t stride;  // of its rows as they stand in memory
    bool transpose;
  };
  enum class Onto { nothing, itself, bias };  // what the product is added to
  void run(dnnl::memory::data_type type, const Factor& a, const Factor& b, float* c, std::int64_t ldc, Sizes s, Onto onto,
           const float* bias = nullptr) {
    Entry& entry = find({s.m, s.n, s.k, a.stride, a.transpose, b.stride, b.transpose, ldc, onto, type,
                         inside_parallel() ? 1 : thread_count()});
    entry.a.set_data_handle(const_cast<void*>(a.data));
    entry.b.set_data_handle(const_cast<void*>(b.data));
    entry.c.set_data_handle(c);
    if (onto == Onto::bias) entry.bias.set_data_handle(const_cast<float*>(bias));
    entry.primitive.execute(stream_, entry.arguments);
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, bool, std::int64_t, bool, std::int64_t,
                         Onto, dnnl::memory::data_type, int>;
  using Desc = dnnl::memory::desc;
  struct Entry {
    dnnl::primitive primitive;
    dnnl::memory a, b, bias, c;
    std::unordered_map<int, dnnl::memory> arguments;
  };

  Entry& find(const Key& key) {
    if (const auto found = entries_.find(key); found != entries_.end()) return found->second;
    const auto [m, n, k, lda, ta, ldb, tb, ldc, onto, type, threads] = key;
    const bool one_behind_the_other = lda == m && ldb == n && ldc == n;
    const bool weight_gradient =
        ta && !tb && one_behind_the_other && onto == Onto::nothing && type == dnnl::memory::data_type::bf16;
    std::optional<Entry> entry;
    if (weight_gradient) entry = made_as_weight_gradient(key);
    return entries_.emplace(key, entry ? std::move(*entry) : made(key)).first->second;
  }

  static Entry made(const Key& key) {
    const auto [m, n, k, lda, ta, ldb, tb, ldc, onto, type, threads] = key;
    const auto strides = [](std::int64_t stride, bool transpose) {
      return transpose ? dnnl::memory::dims{1, stride} : dnnl::memory::dims{stride, 1};
    };
    const Desc a({m, k}, type, strides(lda, ta));
    const Desc b({k, n}, type, strides(ldb, tb));
    const Desc c({m, n}, dnnl::memory::data_type::f32, dnnl::memory::dims{ldc, 1});
    const Desc bias({1, n}, dnnl::memory::data_type::f32, dnnl::memory::dims{n, 1});
    Entry entry;
    const auto description = onto == Onto::bias
                                 ? matmul_description(a, b, bias, c)
                                 : matmul_description(a, b, c, onto == Onto::itself ? adding() : dnnl::primitive_attr());
#ifndef NDEBUG
    expect(!std::string_view(description.impl_info_str()).starts_with("ref"), "a tuned product, not the reference");
#endif
    entry.primitive = dnnl::matmul(description);
    entry.a = dnnl::memory(a, cpu_engine(), nullptr);
    entry.b = dnnl::memory(b, cpu_engine(), nullptr);
    entry.c = dnnl::memory(c, cpu_engine(), nullptr);
    entry.arguments = {{DNNL_ARG_SRC, entry.a}, {DNNL_ARG_WEIGHTS, entry.b}, {DNNL_ARG_DST, entry.c}};
    if (onto == Onto::bias) {
      entry.bias = dnnl::memory(bias, cpu_engine(), nullptr);
      entry.arguments.emplace(DNNL_ARG_BIAS, entry.bias);
    }
    return entry;
  }

  /// oneDNN's matmul loses a quarter of its rate to a transposed left factor in bf16 (measured 762 of 987 GFLOP/s for [700,
  /// 650]^T [700, 10000] on two threads); what it has for the gradients of weights does not (997). nullopt where it has only
  /// its reference for them, as on processors that it does not know well.
  static std::optional<Entry> made_as_weight_gradient(const Key& key) {
    const auto description =
        weight_gradient_description(std::get<0>(key), std::get<1>(key), std::get<2>(key), dnnl::memory::data_type::bf16);
    if (std::string_view(description.impl_info_str()).starts_with("ref")) return std::nullopt;
    Entry entry;
    entry.primitive = dnnl::inner_product_backward_weights(description);
    entry.a = dnnl::memory(description.src_desc(), cpu_engine(), nullptr);
    entry.b = dnnl::memory(description.diff_dst_desc(), cpu_engine(), nullptr);
    entry.c = dnnl::memory(description.diff_weights_desc(), cpu_engine(), nullptr);
    entry.arguments = {{DNNL_ARG_SRC, entry.a}, {DNNL_ARG_DIFF_DST, entry.b}, {DNNL_ARG_DIFF_WEIGHTS, entry.c}};
    return entry;
  }

  dnnl::stream stream_{cpu_engine()};
  std::map<Key, Entry> entries_;
};

Products& products() {
  thread_local Products own;
  return own;
}

Products::Onto onto(bool accumulate) { return accumulate ? Products::Onto::itself : Products::Onto::nothing; }

/// The rows of a matrix rounded to bfloat16, one behind the other in `memory`.
void round_rows(const float* from, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                std::vector<std::uint16_t>& memory) {
  if (static_cast<std::int64_t>(memory.size()) < rows * columns) memory.resize(static_cast<std::size_t>(rows * columns));
  std::uint16_t* to = memory.data();
  parallel(rows, useful_threads(rows, columns), [&](int, std::int64_t first, std::int64_t last) {
    if (stride == columns) {
      round_to_bf16(from + first * stride, to + first * columns, (last - first) * columns);
      return;
    }
    for (std::int64_t r = first; r < last; ++r) round_to_bf16(from + r * stride, to + r * columns, columns);
  });
}

bool worth_rounding(Sizes s) {
  constexpr std::int64_t kNarrow = 16;
  constexpr std::int64_t kSmall = 1 << 16;
  return s.m >= kNarrow && s.n >= kNarrow && s.k >= kNarrow && s.m * s.n * s.k >= kSmall;
}

/// `bias`: what to add to each row; null for none.
void bf16_product(const float* a, std::int64_t lda, bool ta, const float* b, std::int64_t ldb, bool tb, float* c,
                  std::int64_t ldc, Sizes s, bool accumulate, const float* bias = nullptr) {
  thread_local std::vector<std::uint16_t> left, right;
  const std::int64_t a_rows = ta ? s.k : s.m;
  const std::int64_t a_columns = ta ? s.m : s.k;
  const std::int64_t b_rows = tb ? s.n : s.k;
  const std::int64_t b_columns = tb ? s.k : s.n;
  round_rows(a, lda, a_rows, a_columns, left);
  round_rows(b, ldb, b_rows, b_columns, right);
  products().run(dnnl::memory::data_type::bf16, {left.data(), a_columns, ta}, {right.data(), b_columns, tb}, c, ldc, s,
                 bias != nullptr ? Products::Onto::bias : onto(accumulate), bias);
}

/// The transpose of `rows` rows, in `memory`.
void transpose_rows(const float* from, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                    std::vector<float>& memory) {
  constexpr std::int64_t kLine = 16;  // numbers of a cache line: each is read once
  if (static_cast<std::int64_t>(memory.size()) < rows * columns) memory.resize(static_cast<std::size_t>(rows * columns));
  float* to = memory.data();
  const std::int64_t lines = (columns + kLine - 1) / kLine;
  parallel(lines, useful_threads(lines, kLine * rows), [&](int, std::int64_t first, std::int64_t last) {
    for (std::int64_t line = first; line < last; ++line) {
      const std::int64_t end = std::min(columns, (line + 1) * kLine);
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = line * kLine; c < end; ++c) to[c * rows + r] = from[r * stride + c];
      }
    }
  });
}

void dnnl_product(const float* a, std::int64_t lda, bool ta, const float* b, std::int64_t ldb, bool tb, float* c,
                  std::int64_t ldc, Sizes s, bool accumulate) {
  // sgemm is slow with a transposed right factor for few rows (measured 150-230 of 500 GFLOP/s at M = 64) and for long ones
  // (K = 10,000: 121 of the 151 GFLOP/s that the primitive reaches on one thread at M = 1408).
  constexpr std::int64_t kFewRows = 8192;
  // (With one column oneDNN 3.7 forgets the stride of c.)
  if (!ta && tb && s.m <= kFewRows && s.m > 1 && s.n > 1) {
    products().run(dnnl::memory::data_type::f32, {a, lda, false}, {b, ldb, true}, c, ldc, s, onto(accumulate));
    return;
  }
  // With a transposed left factor sgemm is slow where the right one is wide (measured 250 of 310 GFLOP/s for the weights of
  // an output layer, [700, 650]^T [700, 10000]), and writing the transpose takes a hundredth of the time.
  constexpr std::int64_t kWide = 8;
  constexpr std::int64_t kShort = 64;
  if (ta && !tb && s.k >= kShort && s.n >= kWide * s.k) {
    thread_local std::vector<float> transposed;
    transpose_rows(a, lda, s.k, s.m, transposed);
    a = transposed.data();
    lda = s.k;
    ta = false;
  }
  const auto status =
      dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', s.m, s.n, s.k, 1.0F, a, lda, b, ldb, accumulate ? 1.0F : 0.0F, c, ldc);
  expect(status == dnnl_success, "oneDNN accepts the product");
}

void any_product(const Tensor& a, bool ta, const Tensor& b, bool tb, const Tensor& c, Sizes s, bool accumulate,
                 std::int64_t block) {
  const std::int64_t ra = ta ? s.k : s.m;
  const std::int64_t rb = tb ? s.n : s.k;
  if (c.precision == Precision::f64) {
    eigen_product(a.row<double>(block * ra), a.stride, ta, b.row<double>(block * rb), b.stride, tb,
                  c.row<double>(block * s.m), c.stride, s, accumulate);
    return;
  }
  const float* pa = a.row<float>(block * ra);
  const float* pb = b.row<float>(block * rb);
  float* pc = c.row<float>(block * s.m);
  constexpr std::int64_t kVector = 4;  // few rows: a product with a vector, bound by memory, which Eigen does well
  constexpr std::int64_t kSmall = 4096;
  if (s.m < kVector || s.k < kVector || s.m * s.n * s.k < kSmall) {
    eigen_product(pa, a.stride, ta, pb, b.stride, tb, pc, c.stride, s, accumulate);
  } else {
    dnnl_product(pa, a.stride, ta, pb, b.stride, tb, pc, c.stride, s, accumulate);
  }
}

}  // namespace

void product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate,
             Rounding rounding) {
  const Timed timed(Work::product);
  const Sizes s = sizes_of(a, transpose_a, b, transpose_b, c);
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!accumulate) fill(c, 0.0);
    return;
  }
  Profile::operations += 2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
  if (c.precision == Precision::f64) {
    any_product(a, transpose_a, b, transpose_b, c, s, accumulate, 0);
  } else {
    const auto run = [&](auto&& kernel) {
      kernel(a.row<float>(0), a.stride, transpose_a, b.row<float>(0), b.stride, transpose_b, c.row<float>(0), c.stride, s,
             accumulate);
    };
    if (rounding == Rounding::bf16 && worth_rounding(s)) {
      run([](auto... given) { bf16_product(given...); });
    } else {
      run(dnnl_product);
    }
  }
}

void product_plus(const Tensor& a, const Tensor& b, bool transpose_b, const Tensor& bias, const Tensor& c,
                  Rounding rounding) {
  const Sizes s = sizes_of(a, false, b, transpose_b, c);
  expect(bias.elements() == s.n && bias.contiguous() && bias.precision == c.precision,
         "a bias has a number for each column");
  if (c.precision == Precision::f32 && rounding == Rounding::bf16 && worth_rounding(s)) {
    // In f32 it costs to give oneDNN the bias; in bf16 it saves a fifth of an output layer's product.
    const Timed timed(Work::product);
    Profile::operations += 2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
    bf16_product(a.row<float>(0), a.stride, false, b.row<float>(0), b.stride, transpose_b, c.row<float>(0), c.stride, s,
                 false, bias.row<float>(0));
    return;
  }
  {
    const Timed timed(Work::layout);
    set_each_row(bias, c);
  }
  product(a, false, b, transpose_b, c, true, rounding);
}

void multiply(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate) {
  const Sizes s = sizes_of(a, transpose_a, b, transpose_b, c);
  any_product(a, transpose_a, b, transpose_b, c, s, accumulate, 0);
}

void batched_product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c,
                     bool accumulate) {
  const Timed timed(Work::attention);
  const std::int64_t batch = c.shape[0];
  expect(c.shape.size() == 3 && a.shape.size() == 3 && b.shape.size() == 3 && a.shape[0] == batch && b.shape[0] == batch,
         "batched products have shape [batch, rows, columns]");
  if (batch == 0) return;
  const Sizes s = sizes_of(a.slice_rows(0, {a.shape[1], a.shape[2]}), transpose_a, b.slice_rows(0, {b.shape[1], b.shape[2]}),
                           transpose_b, c.slice_rows(0, {c.shape[1], c.shape[2]}));
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!accumulate) fill(c, 0.0);
    return;
  }
  Profile::operations += 2.0 * static_cast<double>(batch) * static_cast<double>(s.m * s.n) * static_cast<double>(s.k);
  parallel(batch, useful_threads(batch, s.m * s.n * s.k / 4), [&](int, std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block)
      any_product(a, transpose_a, b, transpose_b, c, s, accumulate, block);
  });
}

std::string product_library() {
  const dnnl_version_t* version = dnnl_version();
  const auto isa = [] {
    switch (dnnl_get_effective_cpu_isa()) {
      case dnnl_cpu_isa_sse41: return "SSE4.1";
      case dnnl_cpu_isa_avx: return "AVX";
      case dnnl_cpu_isa_avx2: return "AVX2";
      default: return "AVX-512 or later";
    }
  }();
  return fmt::format("oneDNN {}.{}.{}, {}", version->major, version->minor, version->patch, isa);
}

double measure_product_limit(Rounding rounding) {
  constexpr std::int64_t kSize = 1536;
  std::vector<float> memory(static_cast<std::size_t>(3 * kSize * kSize), 0.5F);
  const auto matrix = [&](std::int64_t i) {
    return Tensor{memory.data() + i * kSize * kSize, {kSize, kSize}, kSize, Precision::f32};
  };
  double best = 0;
  for (int round = 0; round < 6; ++round) {
    const auto start = std::chrono::steady_clock::now();
    product(matrix(0), false, matrix(1), false, matrix(2), false, rounding);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kSize * kSize * kSize / seconds * 1e-9);
  }
  return best;
}

}  // namespace seqlab
