#include "metrics/exact.h"

#include "core/error.h"

namespace seqlab {

bool is_exact(std::string_view prediction, std::string_view reference) { return prediction == reference; }

double exact_share(std::span<const std::string> predictions, std::span<const std::string> references) {
  expect(predictions.size() == references.size(), "every prediction has one reference");
  if (predictions.empty()) return 0.0;
  std::size_t exact = 0;
  for (std::size_t i = 0; i < predictions.size(); ++i) exact += is_exact(predictions[i], references[i]) ? 1 : 0;
  return static_cast<double>(exact) / static_cast<double>(predictions.size());
}

}  // namespace seqlab
