#include "vectors/association.h"

#include <cmath>
#include <vector>

#include "core/error.h"

namespace seqlab {

void weigh_cooccurrences(SparseMatrix& counts, std::string_view weighting, double shift, double smoothing) {
  if (weighting == "count") return;
  if (weighting == "log") {
    for (float& value : counts.values) value = std::log1p(value);
    return;
  }
  expect(weighting == "pmi" || weighting == "ppmi", "a weighting of co-occurrences");
  std::vector<double> row_sums(static_cast<std::size_t>(counts.rows()), 0.0);
  std::vector<double> column_shares(static_cast<std::size_t>(counts.width), 0.0);
  for (std::int64_t row = 0; row < counts.rows(); ++row) {
    const auto columns = counts.columns_of(row);
    const auto values = counts.values_of(row);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      row_sums[static_cast<std::size_t>(row)] += static_cast<double>(values[i]);
      column_shares[static_cast<std::size_t>(columns[i])] += static_cast<double>(values[i]);
    }
  }
  double total = 0;
  for (double& share : column_shares) total += share = std::pow(share, smoothing);
  // log P(w, c) / (P(w) P(c)) = log count - log row sum - log of the column's share
  for (double& share : column_shares) share = share > 0 ? std::log(share / total) : 0.0;
  std::size_t kept = 0;
  for (std::int64_t row = 0; row < counts.rows(); ++row) {
    const double own = std::log(row_sums[static_cast<std::size_t>(row)]) + std::log(shift);
    const auto first = static_cast<std::size_t>(counts.starts[static_cast<std::size_t>(row)]);
    const auto last = static_cast<std::size_t>(counts.starts[static_cast<std::size_t>(row) + 1]);
    counts.starts[static_cast<std::size_t>(row)] = static_cast<std::int64_t>(kept);
    for (std::size_t i = first; i < last; ++i) {
      const double value =
          std::log(static_cast<double>(counts.values[i])) - own - column_shares[static_cast<std::size_t>(counts.columns[i])];
      if (weighting == "ppmi" && value <= 0) continue;
      counts.columns[kept] = counts.columns[i];
      counts.values[kept] = static_cast<float>(value);
      ++kept;
    }
  }
  counts.starts.back() = static_cast<std::int64_t>(kept);
  counts.columns.resize(kept);
  counts.values.resize(kept);
}

}  // namespace seqlab
