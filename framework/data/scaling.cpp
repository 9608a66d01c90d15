#include "data/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace seqlab {

Scaling Scaling::fit(const std::string& kind, std::span<const std::vector<float>* const> rows, int width, int block) {
  Scaling scaling;
  if (kind == "none") return scaling;
  const bool shared = kind == "shared";
  expect(shared || kind == "standard" || kind == "range", "a scale is none, standard, shared or range");
  const auto columns = static_cast<std::size_t>(width);
  std::vector<double> count(columns), mean(columns), squares(columns);
  std::vector<double> low(columns, std::numeric_limits<double>::infinity()),
      high(columns, -std::numeric_limits<double>::infinity());
  for (const std::vector<float>* row : rows) {
    for (std::size_t i = 0; i < row->size(); ++i) {
      const auto value = static_cast<double>((*row)[i]);
      const std::size_t c = i % columns;
      if (std::isnan(value)) continue;
      // Welford's update: no loss of digits where the mean is large.
      count[c] += 1;
      const double before = value - mean[c];
      mean[c] += before / count[c];
      squares[c] += before * (value - mean[c]);
      low[c] = std::min(low[c], value);
      high[c] = std::max(high[c], value);
    }
  }
  for (std::size_t c = 0; c < columns; ++c) {
    const bool known = count[c] > 0 && high[c] > low[c];
    const bool standard = kind != "range";
    scaling.shift_.push_back(count[c] == 0 ? 0.0 : standard ? mean[c] : low[c]);
    scaling.spread_.push_back(!known ? 1.0 : standard ? std::sqrt(squares[c] / count[c]) : high[c] - low[c]);
  }
  const std::size_t together = block > 0 ? static_cast<std::size_t>(block) : columns;
  expect(!shared || columns % together == 0, "blocks of features are whole");
  for (std::size_t first = 0; shared && first < columns; first += together) {
    double variances = 0;
    for (std::size_t c = first; c < first + together; ++c) variances += count[c] > 0 ? squares[c] / count[c] : 0;
    const double deviation = std::sqrt(variances / static_cast<double>(together));
    for (std::size_t c = first; c < first + together; ++c) scaling.spread_[c] = deviation > 0 ? deviation : 1.0;
  }
  return scaling;
}

double Scaling::scaled(double value, int feature) const {
  const auto f = static_cast<std::size_t>(feature);
  return shift_.empty() ? value : (value - shift_[f]) / spread_[f];
}

double Scaling::original(double scaled, int feature) const {
  const auto f = static_cast<std::size_t>(feature);
  return shift_.empty() ? scaled : scaled * spread_[f] + shift_[f];
}

void Scaling::apply(std::vector<float>& row) const {
  if (shift_.empty()) return;
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = static_cast<float>(scaled(static_cast<double>(row[i]), static_cast<int>(i % shift_.size())));
  }
}

}  // namespace seqlab
