#include "sequence/attention_window.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab {

AttentionWindow::AttentionWindow(ParameterSet& parameters, const std::string& name, int query_size,
                                 const AttentionOptions& options)
    : width_(options.width) {
  if (options.window == "global") return;
  kind_ = options.window == "local_m" ? Kind::local_m : Kind::local_p;
  if (!predicts()) return;
  monotonic_ = options.monotonic;
  hidden_ = Linear(parameters, name + ".hidden", query_size, query_size, no_bias);
  direction_ = parameters.add(name + ".direction", {query_size}, init::xavier());
}

Var AttentionWindow::centre(const Query& query, std::span<const int> lengths) const {
  Tape& tape = query.vectors.tape();
  const Var advice =
      pointwise_sum([](auto h, auto v) { return v * tanh(h); }, hidden_(query.vectors), direction_);  // [B, T]
  const auto batch = static_cast<std::int64_t>(lengths.size());
  std::vector<double> sizes(lengths.begin(), lengths.end());
  const Var size = tape.constant({batch, 1}, sizes);
  if (!monotonic_) return pointwise([](auto a, auto s) { return s * sigmoid(a); }, advice, size);
  return pointwise([](auto a, auto s, auto p) { return min(p + exp(min(a, 10.0)), s - 1.0); }, advice, size, query.before);
}

AttentionWindow::View AttentionWindow::look(const Query& query, std::span<const int> lengths, bool causal) const {
  Tape& tape = query.vectors.tape();
  if (kind_ == Kind::global && !causal) return {reaches_of(tape, lengths), {}};
  const auto queries = static_cast<std::size_t>(query.vectors.shape()[1]);
  View view;
  if (predicts()) view.centre = centre(query, lengths);
  Reach* reaches = tape.arena().array<Reach>(lengths.size() * queries);
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    for (std::size_t t = 0; t < queries; ++t) {
      const int own = query.step + (query.together ? 0 : static_cast<int>(t));
      Reach reach{0, causal ? std::min(lengths[b], own + 1) : lengths[b]};
      if (kind_ != Kind::global) {
        const double middle = predicts() ? view.centre.value().at(static_cast<std::int64_t>(b), static_cast<std::int64_t>(t))
                                         : std::min(own, lengths[b] - 1);
        reach.first = std::max(0, static_cast<int>(std::ceil(middle - width_)));
        reach.last = std::min(reach.last, static_cast<int>(std::floor(middle + width_)) + 1);
      }
      reaches[b * queries + t] = reach;
    }
  }
  view.reaches = {reaches, lengths.size() * queries};
  return view;
}

Var AttentionWindow::weigh(Var weights, Var centre) const {
  if (!predicts()) return weights;
  Tape& tape = weights.tape();
  const Shape s = weights.shape();
  std::vector<double> places(static_cast<std::size_t>(s[2]));
  std::iota(places.begin(), places.end(), 0.0);
  const Var positions = tape.constant({1, s[2]}, places);
  const double sharpness = -2.0 / (static_cast<double>(width_) * width_);  // 1 / (2 sigma^2), sigma = D / 2
  return pointwise([sharpness](auto w, auto place, auto middle) { return w * exp(square(place - middle) * sharpness); },
                   weights, positions, reshape(centre, {s[0], s[1], 1}));
}

}  // namespace seqlab
