#include "kernels/product.h"

#include <fmt/format.h>
#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "kernels/dnnl_matmul.h"
#include "kernels/parallel.h"
#include "kernels/profile.h"

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

/// a [M, K] times b^T with b [N, K]: sgemm is slow on it for few rows (measured 150-230 of 500 GFLOP/s at M = 64) and for
/// long ones (K = 10,000: 121 of the 151 GFLOP/s that the matmul primitive reaches on one thread at M = 1408), the
/// matmul primitive is not. Primitives are made once per shape and kept.
class TransposedProducts {
 public:
  void run(const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float* c, std::int64_t ldc, Sizes s,
           bool accumulate) {
    Entry& entry = find({s.m, s.n, s.k, lda, ldb, ldc, accumulate, inside_parallel() ? 1 : thread_count()});
    entry.a.set_data_handle(const_cast<float*>(a));
    entry.b.set_data_handle(const_cast<float*>(b));
    entry.c.set_data_handle(c);
    entry.primitive.execute(stream_, entry.arguments);
  }

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, bool, int>;
  struct Entry {
    dnnl::matmul primitive;
    dnnl::memory a, b, c;
    std::unordered_map<int, dnnl::memory> arguments;
  };

  Entry& find(const Key& key) {
    if (const auto found = entries_.find(key); found != entries_.end()) return found->second;
    const auto [m, n, k, lda, ldb, ldc, accumulate, threads] = key;
    using Desc = dnnl::memory::desc;
    constexpr auto kFloat = dnnl::memory::data_type::f32;
    const Desc a({m, k}, kFloat, dnnl::memory::dims{lda, 1});
    const Desc b({k, n}, kFloat, dnnl::memory::dims{1, ldb});
    const Desc c({m, n}, kFloat, dnnl::memory::dims{ldc, 1});
    const dnnl::primitive_attr attributes = accumulate ? adding() : dnnl::primitive_attr();
    Entry entry;
    const auto description = matmul_description(a, b, c, attributes);
#ifndef NDEBUG
    expect(!std::string_view(description.impl_info_str()).starts_with("ref"), "a tuned product, not the reference");
#endif
    entry.primitive = dnnl::matmul(description);
    entry.a = dnnl::memory(a, cpu_engine(), nullptr);
    entry.b = dnnl::memory(b, cpu_engine(), nullptr);
    entry.c = dnnl::memory(c, cpu_engine(), nullptr);
    entry.arguments = {{DNNL_ARG_SRC, entry.a}, {DNNL_ARG_WEIGHTS, entry.b}, {DNNL_ARG_DST, entry.c}};
    return entries_.emplace(key, std::move(entry)).first->second;
  }

  dnnl::stream stream_{cpu_engine()};
  std::map<Key, Entry> entries_;
};

void dnnl_product(const float* a, std::int64_t lda, bool ta, const float* b, std::int64_t ldb, bool tb, float* c,
                  std::int64_t ldc, Sizes s, bool accumulate) {
  constexpr std::int64_t kFewRows = 8192;
  if (!ta && tb && s.m <= kFewRows && s.m > 1) {
    thread_local TransposedProducts products;
    products.run(a, lda, b, ldb, c, ldc, s, accumulate);
    return;
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

void product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate) {
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
    dnnl_product(a.row<float>(0), a.stride, transpose_a, b.row<float>(0), b.stride, transpose_b, c.row<float>(0), c.stride,
                 s, accumulate);
  }
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

double measure_product_limit() {
  constexpr std::int64_t kSize = 1536;
  std::vector<float> memory(static_cast<std::size_t>(3 * kSize * kSize), 0.5F);
  const auto matrix = [&](std::int64_t i) {
    return Tensor{memory.data() + i * kSize * kSize, {kSize, kSize}, kSize, Precision::f32};
  };
  double best = 0;
  for (int round = 0; round < 6; ++round) {
    const auto start = std::chrono::steady_clock::now();
    product(matrix(0), false, matrix(1), false, matrix(2), false);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kSize * kSize * kSize / seconds * 1e-9);
  }
  return best;
}

}  // namespace seqlab
