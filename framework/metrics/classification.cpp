#include "metrics/classification.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace seqlab {

double accuracy(std::span<const int> predictions, std::span<const int> references) {
  expect(predictions.size() == references.size(), "a prediction for every reference");
  if (references.empty()) return 0;
  std::size_t right = 0;
  for (std::size_t i = 0; i < references.size(); ++i) right += predictions[i] == references[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(references.size());
}

double macro_f1(std::span<const int> predictions, std::span<const int> references, int classes) {
  expect(predictions.size() == references.size(), "a prediction for every reference");
  std::vector<double> right(static_cast<std::size_t>(classes)), predicted(right), true_ones(right);
  for (std::size_t i = 0; i < references.size(); ++i) {
    predicted[static_cast<std::size_t>(predictions[i])] += 1;
    true_ones[static_cast<std::size_t>(references[i])] += 1;
    if (predictions[i] == references[i]) right[static_cast<std::size_t>(references[i])] += 1;
  }
  double sum = 0;
  int occurring = 0;
  for (std::size_t c = 0; c < right.size(); ++c) {
    const double both = predicted[c] + true_ones[c];
    if (both == 0) continue;
    sum += 2 * right[c] / both;
    ++occurring;
  }
  return occurring == 0 ? 0 : sum / occurring;
}

double auroc(std::span<const double> scores, const std::vector<bool>& positive) {
  expect(scores.size() == positive.size(), "a score for every example");
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  double ranks = 0;  // of the positive ones, equal scores sharing their mean rank
  double positives = 0;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    double here = 0;
    while (end < order.size() && scores[order[end]] == scores[order[first]]) here += positive[order[end++]] ? 1 : 0;
    ranks += here * (static_cast<double>(first + end + 1) / 2);
    positives += here;
    first = end;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  expect(positives > 0 && negatives > 0, "both kinds of examples occur");
  return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace seqlab
