#pragma once

// The greatest singular values of a sparse matrix and their left singular vectors.

#include <cstdint>
#include <vector>

#include "vectors/fit_progress.h"
#include "vectors/sparse_matrix.h"

namespace seqlab {

struct SvdOptions {
  int rank = 100;
  bool symmetric = false;     // the matrix is its own transpose: half the products
  double accuracy = 1e-3;     // relative change of the singular values below which they are taken as found
  int most_iterations = 200;  // blocks of the subspace
  std::uint64_t seed = 1;
  int threads = 1;
};

struct TruncatedSvd {
  std::int64_t rank = 0;                // at most what the matrix has
  std::vector<double> singular_values;  // [rank], the greatest first
  std::vector<float> left;              // [rows, rank] by rows; of each vector the greatest number is positive
};

/// Randomised block Krylov iteration (Musco and Musco, 2015): 16 random columns are multiplied by the matrix again and
/// again, and what they span, all powers together, is searched for singular vectors. With a few columns at a time a row of
/// them is one cache line, which is what the speed of a sparse product hangs on; and a space of all powers needs fewer
/// products than power iteration on as many columns as the rank. Small matrices are worked on in double precision.
TruncatedSvd truncated_svd(const SparseMatrix& matrix, const SvdOptions& options, const FitProgress& progress = {});

}  // namespace seqlab
