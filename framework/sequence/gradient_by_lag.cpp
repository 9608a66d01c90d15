#include "sequence/gradient_by_lag.h"

#include <algorithm>
#include <cmath>

namespace seqlab {
namespace {

std::vector<int> shown_lags(int longest) {
  constexpr int kDense = 16;
  constexpr int kPart = 8;  // beyond, a lag is an eighth larger than the one before
  std::vector<int> lags;
  for (int lag = 0; lag < longest; lag += lag < kDense ? 1 : lag / kPart) lags.push_back(lag);
  lags.push_back(longest);
  return lags;
}

}  // namespace

std::vector<LagNorm> gradient_by_lag(const StateTrace::Layer& layer) {
  const int longest = layer.lengths.empty() ? 0 : *std::ranges::max_element(layer.lengths);
  if (longest == 0) return {};
  std::vector<LagNorm> norms;
  for (const int lag : shown_lags(longest - 1)) {
    double squares = 0;
    for (std::size_t b = 0; b < layer.lengths.size(); ++b) {
      if (lag >= layer.lengths[b]) continue;
      const int t = layer.forward ? layer.lengths[b] - 1 - lag : lag;
      const Var& output = layer.outputs[static_cast<std::size_t>(t)];
      const Tensor gradient = output.tape().incoming(output);
      if (gradient.data == nullptr) continue;  // nobody used it
      const auto row = static_cast<std::int64_t>(b);
      for (std::int64_t c = 0; c < gradient.columns(); ++c) squares += gradient.at(row, c) * gradient.at(row, c);
    }
    norms.push_back({lag, std::sqrt(squares)});
  }
  return norms;
}

}  // namespace seqlab
