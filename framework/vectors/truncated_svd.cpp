#include "vectors/truncated_svd.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

constexpr int kBlock = 16;

template <class T>
using Block = Eigen::Matrix<T, Eigen::Dynamic, kBlock, Eigen::RowMajor>;
template <class T>
using Columns = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Where each thread's rows begin, with about as many cells each.
std::vector<std::int64_t> shares_of(const SparseMatrix& matrix, int threads) {
  std::vector<std::int64_t> shares;
  for (int t = 0; t <= threads; ++t) {
    const auto at = std::ranges::lower_bound(matrix.starts, matrix.cells() * t / threads);
    shares.push_back(t == threads ? matrix.rows() : std::min(matrix.rows(), std::int64_t{at - matrix.starts.begin()}));
  }
  return shares;
}

/// y = A x
template <class T>
void multiply(const SparseMatrix& a, const Block<T>& x, Block<T>& y, int threads) {
  y.resize(a.rows(), kBlock);
  const auto shares = shares_of(a, threads);
  parallel(threads, threads, [&](int, std::int64_t begin, std::int64_t end) {
    const std::int64_t first = shares[static_cast<std::size_t>(begin)];
    const std::int64_t last = shares[static_cast<std::size_t>(end)];
    for (std::int64_t row = first; row < last; ++row) {
      const auto columns = a.columns_of(row);
      const auto values = a.values_of(row);
      using Row = Eigen::Array<T, kBlock, 1>;  // in registers; four of them, as each sum waits for the one before
      constexpr std::size_t kChains = 4;
      Row sums[kChains];
      for (Row& sum : sums) sum.setZero();
      const auto from = [&](std::size_t i) { return Eigen::Map<const Row>(x.data() + std::int64_t{columns[i]} * kBlock); };
      std::size_t i = 0;
      for (; i + kChains <= columns.size(); i += kChains) {
        for (std::size_t c = 0; c < kChains; ++c) sums[c] += static_cast<T>(values[i + c]) * from(i + c);
      }
      for (; i < columns.size(); ++i) sums[0] += static_cast<T>(values[i]) * from(i);
      Eigen::Map<Row>(y.data() + row * kBlock) = sums[0] + sums[1] + (sums[2] + sums[3]);
    }
  });
}

/// Eigen's threads wait for each other by spinning, which on a busy machine costs many times what narrow products are worth
/// (measured: 27 s of processor time instead of 4).
class OneEigenThread {
 public:
  OneEigenThread() { Eigen::setNbThreads(1); }
  OneEigenThread(const OneEigenThread&) = delete;
  OneEigenThread& operator=(const OneEigenThread&) = delete;
  ~OneEigenThread() { Eigen::setNbThreads(before_); }

 private:
  int before_ = Eigen::nbThreads();
};

/// Columns of which there are more and more.
template <class T>
class GrowingColumns {
 public:
  explicit GrowingColumns(std::int64_t rows) : memory_(rows, 4 * kBlock) {}
  [[nodiscard]] auto columns() const { return memory_.leftCols(count_); }
  [[nodiscard]] Eigen::Index count() const { return count_; }
  template <class Fresh>
  void add(const Fresh& fresh) {
    if (count_ + fresh.cols() > memory_.cols()) memory_.conservativeResize(Eigen::NoChange, 2 * memory_.cols());
    memory_.middleCols(count_, fresh.cols()) = fresh;
    count_ += fresh.cols();
  }

 private:
  Columns<T> memory_;
  Eigen::Index count_ = 0;
};

/// Orthonormal columns that grow by what is new in each block.
template <class T>
class Basis {
 public:
  explicit Basis(std::int64_t rows) : columns_(rows) {}

  /// Adds the directions of `block` that are not in the basis and puts them, orthonormal, in its place; directions that
  /// vanish leave columns of zeros. Says how many were added.
  int add(Block<T>& block) {
    const T scale = block.norm();
    Columns<T> fresh = block;
    block.setZero();
    if (!(scale > 0)) return 0;
    const T small = scale * std::sqrt(std::numeric_limits<T>::epsilon()) * T(0.01);
    // Twice: what rounding leaves after the first time is taken away by the second (Giraud et al., 2005).
    int count = 0;
    for (int pass = 0; pass < 2; ++pass) {
      if (size() > 0) fresh.noalias() -= columns() * (columns().transpose() * fresh).eval();
      const Eigen::Index width = std::min<Eigen::Index>(fresh.cols(), fresh.rows());
      const Eigen::HouseholderQR<Columns<T>> qr(fresh);
      const Columns<T> q = qr.householderQ() * Columns<T>::Identity(fresh.rows(), width);
      Columns<T> kept(fresh.rows(), width);
      count = 0;
      for (Eigen::Index c = 0; c < width; ++c) {
        const T limit = pass == 0 ? small : T(0.5);
        if (std::abs(qr.matrixQR()(c, c)) > limit) kept.col(count++) = q.col(c);
      }
      fresh = kept.leftCols(count);
      if (count == 0) return 0;
    }
    columns_.add(fresh);
    block.leftCols(count) = fresh;
    return count;
  }
  [[nodiscard]] Eigen::Index size() const { return columns_.count(); }
  [[nodiscard]] auto columns() const { return columns_.columns(); }

 private:
  GrowingColumns<T> columns_;
};

/// Sums in double: singular values far below the greatest would drown in the rounding of squares.
template <class Left, class Right>
Eigen::MatrixXd gram(const Left& a, const Right& b) {
  constexpr Eigen::Index kRows = 4096;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(a.cols(), b.cols());
  for (Eigen::Index first = 0; first < a.rows(); first += kRows) {
    const Eigen::Index rows = std::min(kRows, a.rows() - first);
    const Eigen::MatrixXd part = a.middleRows(first, rows).template cast<double>();
    sum.noalias() += part.transpose() * b.middleRows(first, rows).template cast<double>();
  }
  return sum;
}

template <class T>
TruncatedSvd decompose(const SparseMatrix& a, const SparseMatrix& transposed, const SvdOptions& options,
                       const FitProgress& progress) {
  const OneEigenThread alone;
  const std::int64_t full = std::min(a.rows(), a.width);
  const std::int64_t rank = std::min<std::int64_t>(options.rank, full);
  Block<T> block(a.width, kBlock);
  Random random(options.seed, "singular vectors");
  for (Eigen::Index i = 0; i < block.size(); ++i) block.data()[i] = static_cast<T>(random.normal());
  Block<T> image;
  multiply(a, block, image, options.threads);
  Basis<T> basis(a.rows());
  GrowingColumns<T> images(a.width);  // A^T basis
  Eigen::MatrixXd products(0, 0);     // basis^T A A^T basis
  Eigen::VectorXd found;
  Eigen::MatrixXd turned;
  for (int iteration = 1;; ++iteration) {
    const int added = basis.add(image);
    const Eigen::Index before = images.count();
    if (added > 0) {
      multiply(transposed, image, block, options.threads);
      images.add(block.leftCols(added));
      const Eigen::MatrixXd corner = gram(images.columns(), block.leftCols(added));
      products.conservativeResize(before + added, before + added);
      products.rightCols(added) = corner;
      products.bottomRows(added) = corner.transpose();
    }
    const bool last = added == 0 || basis.size() >= full || iteration >= options.most_iterations;
    const bool judged = basis.size() >= rank + rank / 2 && (iteration % 4 == 0);
    if (progress) {
      progress({"decomposing", std::min(1.0, static_cast<double>(basis.size()) / (4.0 * static_cast<double>(rank))),
                basis.size(), "directions"});
    }
    if (last || judged) {
      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(products);
      const Eigen::Index count = std::min<Eigen::Index>(rank, products.rows());
      const Eigen::VectorXd values = solver.eigenvalues().reverse().head(count).cwiseMax(0.0).cwiseSqrt();
      turned = solver.eigenvectors().rowwise().reverse().leftCols(count);
      const bool settled = found.size() == values.size() &&
                           ((values - found).array().abs() <= options.accuracy * values.array().max(1e-30)).all();
      found = values;
      if (last || settled) break;
    }
    if (options.symmetric) {
      image = block;
    } else {
      multiply(a, block, image, options.threads);
    }
  }
  TruncatedSvd svd;
  svd.rank = found.size();
  svd.singular_values.assign(found.begin(), found.end());
  const Columns<T> left = basis.columns() * turned.template cast<T>();
  svd.left.resize(static_cast<std::size_t>(left.size()));
  for (Eigen::Index c = 0; c < left.cols(); ++c) {
    Eigen::Index largest = 0;
    left.col(c).cwiseAbs().maxCoeff(&largest);
    const T sign = left(largest, c) < 0 ? T(-1) : T(1);
    for (Eigen::Index r = 0; r < left.rows(); ++r) {
      svd.left[static_cast<std::size_t>(r * left.cols() + c)] = static_cast<float>(sign * left(r, c));
    }
  }
  return svd;
}

}  // namespace

TruncatedSvd truncated_svd(const SparseMatrix& matrix, const SvdOptions& options, const FitProgress& progress) {
  constexpr std::int64_t kSmall = 1'000'000;
  const SparseMatrix other = options.symmetric ? SparseMatrix() : matrix.transposed();
  const SparseMatrix& transposed = options.symmetric ? matrix : other;
  if (matrix.cells() == 0) return {};
  if (matrix.cells() <= kSmall) return decompose<double>(matrix, transposed, options, progress);
  return decompose<float>(matrix, transposed, options, progress);
}

}  // namespace seqlab
