#include "plugin/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace seqlab {

int draw_token(std::span<const double> scores, const SamplingOptions& options, Random& random) {
  if (scores.empty()) throw UserError("there is no token to draw from");
  if (!(options.temperature >= 0)) throw UserError("the temperature of sampling cannot be negative");
  if (options.top_k < 0) throw UserError("top_k of sampling cannot be negative");
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>(), [&](int id) { return scores[static_cast<std::size_t>(id)]; });
  if (options.temperature == 0) return order.front();
  if (options.top_k > 0 && static_cast<std::size_t>(options.top_k) < order.size()) {
    order.resize(static_cast<std::size_t>(options.top_k));
  }
  const double best = scores[static_cast<std::size_t>(order.front())];
  std::vector<double> sums;
  for (const int id : order) {
    const double share = std::exp((scores[static_cast<std::size_t>(id)] - best) / options.temperature);
    sums.push_back((sums.empty() ? 0.0 : sums.back()) + share);
  }
  const double drawn = random.uniform() * sums.back();
  const auto found = std::ranges::upper_bound(sums, drawn);
  return order[std::min(static_cast<std::size_t>(found - sums.begin()), order.size() - 1)];
}

std::vector<int> continue_text(NextTokenModel& model, Tape& tape, std::span<const int> prompt, int count,
                               const SamplingOptions& options, Random& random) {
  if (prompt.empty()) throw UserError("a text is continued from at least one token");
  CarriedState state;
  std::vector<int> next(prompt.begin(), prompt.end());
  std::vector<int> text;
  for (int i = 0; i < count; ++i) {
    tape.clear();
    const std::vector<std::vector<int>> rows{next};
    const Tensor& scores = model.predict(tape, pack_sequences(rows), state).value();
    std::vector<double> last;
    for (std::int64_t c = 0; c < scores.columns(); ++c) last.push_back(scores.at(scores.rows() - 1, c));
    next = {draw_token(last, options, random)};
    text.push_back(next.front());
  }
  tape.clear();
  return text;
}

}  // namespace seqlab
