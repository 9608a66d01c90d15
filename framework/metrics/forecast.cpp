#include "metrics/forecast.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace seqlab {

double mean_absolute_error(std::span<const double> predictions, std::span<const double> truth) {
  expect(predictions.size() == truth.size(), "a prediction for every number");
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::abs(predictions[i] - truth[i]);
  return sum / static_cast<double>(std::max<std::size_t>(1, truth.size()));
}

double root_mean_squared_error(std::span<const double> predictions, std::span<const double> truth) {
  expect(predictions.size() == truth.size(), "a prediction for every number");
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += (predictions[i] - truth[i]) * (predictions[i] - truth[i]);
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, truth.size())));
}

double scaled_error(std::span<const double> predictions, std::span<const double> truth, std::span<const double> last) {
  const double persistence = mean_absolute_error(last, truth);
  expect(persistence > 0, "persistence makes an error");
  return mean_absolute_error(predictions, truth) / persistence;
}

double direction_share(std::span<const double> predictions, std::span<const double> truth, std::span<const double> last) {
  expect(predictions.size() == truth.size() && last.size() == truth.size(), "a prediction for every number");
  int changes = 0;
  int right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == last[i]) continue;
    ++changes;
    right += (predictions[i] - last[i]) * (truth[i] - last[i]) > 0 ? 1 : 0;
  }
  return changes == 0 ? 0 : static_cast<double>(right) / changes;
}

}  // namespace seqlab
