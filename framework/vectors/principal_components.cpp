#include "vectors/principal_components.h"

#include <Eigen/Core>
#include <Eigen/SVD>

namespace seqlab {

std::vector<double> principal_components(const WordVectors& vectors, std::span<const int> ids, int components) {
  const auto rows = static_cast<Eigen::Index>(ids.size());
  Eigen::MatrixXd points(rows, vectors.dimension);
  for (Eigen::Index r = 0; r < rows; ++r) {
    const auto vector = vectors.vector(ids[static_cast<std::size_t>(r)]);
    points.row(r) = Eigen::Map<const Eigen::RowVectorXf>(vector.data(), vectors.dimension).cast<double>();
  }
  std::vector<double> result(ids.size() * static_cast<std::size_t>(components), 0.0);
  if (rows == 0) return result;
  points.rowwise() -= points.colwise().mean().eval();
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(points, Eigen::ComputeThinU | Eigen::ComputeThinV);
  for (Eigen::Index c = 0; c < std::min<Eigen::Index>(components, svd.singularValues().size()); ++c) {
    Eigen::VectorXd coordinate = svd.matrixU().col(c) * svd.singularValues()(c);
    Eigen::Index largest = 0;
    coordinate.cwiseAbs().maxCoeff(&largest);
    if (coordinate(largest) < 0) coordinate = -coordinate;
    for (Eigen::Index r = 0; r < rows; ++r) result[static_cast<std::size_t>(r * components + c)] = coordinate(r);
  }
  return result;
}

}  // namespace seqlab
