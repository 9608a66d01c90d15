#pragma once

// Matrix products: oneDNN for f32, Eigen for f64 (the reference). This room alone knows oneDNN.

#include "core/tensor.h"

namespace seqlab {

/// How the factors of an f32 product are read: as they are, or each number rounded to bfloat16 first. Sums are f32 either
/// way. Products too small to gain from it are not rounded.
enum class Rounding { none, bf16 };

/// c = op(a) op(b), or c += ... with `accumulate`. op transposes where asked. Rows may be strided; c must not overlap a or
/// b. Shapes after op: [M, K] [K, N] -> [M, N], where M and K count all rows of a tensor.
void product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate,
             Rounding rounding = Rounding::none);

/// c = a op(b) + bias in each row; bias [N]. InternalError where the sizes do not fit.
void product_plus(const Tensor& a, const Tensor& b, bool transpose_b, const Tensor& bias, const Tensor& c,
                  Rounding rounding = Rounding::none);

/// product() without its entry in the profile: for threads of parallel().
void multiply(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate);

/// For each of `batch` equal blocks of rows: c_i = op(a_i) op(b_i). Shapes [batch, M, K] and so on.
void batched_product(const Tensor& a, bool transpose_a, const Tensor& b, bool transpose_b, const Tensor& c, bool accumulate);

/// "oneDNN 2.6.3, AVX-512": for the environment table and bug reports.
std::string product_library();

/// The rate in GFLOP/s that a large square product reaches with the current threads: the limit that `seqlab bench` compares
/// with.
double measure_product_limit(Rounding rounding = Rounding::none);

}  // namespace seqlab
