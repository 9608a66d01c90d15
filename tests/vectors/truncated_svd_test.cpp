#include "vectors/truncated_svd.h"

#include <Eigen/Dense>
#include <cmath>

#include "catch.h"
#include "core/random.h"
#include "kernels/parallel.h"

using namespace seqlab;

namespace {

SparseMatrix random_matrix(int rows, int columns, double density, bool symmetric) {
  Random random(11, "matrix");
  Eigen::MatrixXf dense = Eigen::MatrixXf::Zero(rows, columns);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      if (random.uniform() < density) dense(r, c) = static_cast<float>(random.normal() * 40 / (1 + r + c));
    }
  }
  if (symmetric) dense = (dense + dense.transpose()).eval();
  SparseMatrix matrix{columns, {0}, {}, {}};
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      if (dense(r, c) == 0) continue;
      matrix.columns.push_back(c);
      matrix.values.push_back(dense(r, c));
    }
    matrix.starts.push_back(matrix.cells());
  }
  return matrix;
}

Eigen::MatrixXd dense_of(const SparseMatrix& matrix) {
  Eigen::MatrixXd dense(matrix.rows(), matrix.width);
  for (std::int64_t r = 0; r < matrix.rows(); ++r) {
    for (std::int64_t c = 0; c < matrix.width; ++c) dense(r, c) = static_cast<double>(matrix.at(r, c));
  }
  return dense;
}

void check_against_dense(const SparseMatrix& matrix, SvdOptions options) {
  set_thread_count(1);  // the dense decomposition is not worth threads
  const Eigen::BDCSVD<Eigen::MatrixXd> dense(dense_of(matrix), Eigen::ComputeThinU);
  options.accuracy = 1e-7;
  const TruncatedSvd svd = truncated_svd(matrix, options);
  REQUIRE(svd.rank == options.rank);
  for (std::int64_t k = 0; k < svd.rank; ++k) {
    CHECK(svd.singular_values[static_cast<std::size_t>(k)] == Approx(dense.singularValues()(k)).epsilon(1e-4));
    double cosine = 0;
    for (std::int64_t r = 0; r < matrix.rows(); ++r)
      cosine += static_cast<double>(svd.left[static_cast<std::size_t>(r * svd.rank + k)]) * dense.matrixU()(r, k);
    CHECK(std::abs(cosine) > 0.999);
  }
}

}  // namespace

TEST_CASE("the sparse decomposition agrees with a dense one", "[vectors][svd]") {
  SvdOptions options;
  options.rank = 20;
  check_against_dense(random_matrix(200, 150, 0.2, false), options);
  check_against_dense(random_matrix(120, 260, 0.1, false), options);
  options.symmetric = true;
  check_against_dense(random_matrix(220, 220, 0.2, true), options);
}

TEST_CASE("a symmetric matrix gives the same either way, and any number of threads the same bits", "[vectors][svd]") {
  const SparseMatrix matrix = random_matrix(300, 300, 0.1, true);
  SvdOptions options;
  options.rank = 10;
  options.accuracy = 1e-8;
  const TruncatedSvd general = truncated_svd(matrix, options);
  options.symmetric = true;
  const TruncatedSvd own = truncated_svd(matrix, options);
  for (std::size_t k = 0; k < 10; ++k) CHECK(own.singular_values[k] == Approx(general.singular_values[k]).epsilon(1e-6));
  options.threads = 3;
  CHECK(truncated_svd(matrix, options).left == own.left);
}

TEST_CASE("a matrix of low rank has no more than its rank", "[vectors][svd]") {
  // Two equal blocks of ones: singular values 3 and 2, all others 0.
  SparseMatrix matrix{5, {0}, {}, {}};
  for (int r = 0; r < 5; ++r) {
    for (int c = r < 3 ? 0 : 3; c < (r < 3 ? 3 : 5); ++c) {
      matrix.columns.push_back(c);
      matrix.values.push_back(1);
    }
    matrix.starts.push_back(matrix.cells());
  }
  SvdOptions options;
  options.rank = 4;
  const TruncatedSvd svd = truncated_svd(matrix, options);
  REQUIRE(svd.rank >= 2);
  CHECK(svd.singular_values[0] == Approx(3));
  CHECK(svd.singular_values[1] == Approx(2));
  for (std::size_t k = 2; k < svd.singular_values.size(); ++k) CHECK(svd.singular_values[k] < 1e-5);
  for (const float x : svd.left) CHECK(std::isfinite(x));
  CHECK(truncated_svd({5, {0, 0, 0}, {}, {}}, options).rank == 0);
}
