#pragma once

// The inner loop of word2vec: logistic regression between a few input rows and a few output rows, all pairs at once. The
// words around a position share their outputs, so the scalar products of a window are one small matrix product and each row
// is read and written once a window instead of once a pair (Ji et al., 2016, "Parallelizing word2vec in shared and
// distributed memory").

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/packet.h"

namespace seqlab {

class LogisticUpdate {
 public:
  /// For at most `most_inputs` rows of `stride` floats, a multiple of 16 (see VectorRows).
  LogisticUpdate(std::int64_t stride, int most_inputs)
      : stride_(stride), errors_(static_cast<std::size_t>(most_inputs + 2) * kBlock) {}

  /// One step of gradient descent on -sum log p(label | input, output), where p(1) = sigmoid(input . output), with learning
  /// rate `rate`. Both sides change at once, from their old values; more than eight outputs are taken eight at a time.
  /// `labels` has a 0 or 1 for each output.
  void operator()(std::span<float* const> inputs, std::span<float* const> outputs, std::span<const float> labels,
                  float rate) {
    for (std::size_t first = 0; first < outputs.size(); first += kBlock) {
      const std::size_t count = std::min<std::size_t>(kBlock, outputs.size() - first);
      for (std::size_t n = 0; n < 2 * kBlock; ++n) labels_[n] = n % kBlock < count ? labels[first + n % kBlock] : 0.0F;
      by_count<kBlock>(inputs, outputs.data() + first, static_cast<int>(count), rate);
    }
  }

 private:
  using P = Packet<float>;
  static constexpr std::size_t kBlock = 8;

  /// The number of outputs as a constant: their rows are then held in registers.
  template <int N>
  void by_count(std::span<float* const> inputs, float* const* outputs, int count, float rate) {
    if constexpr (N == 1) {
      update<1>(inputs, outputs, rate);
    } else {
      if (count == N) {
        update<N>(inputs, outputs, rate);
      } else {
        by_count<N - 1>(inputs, outputs, count, rate);
      }
    }
  }

  template <int N>
  void update(std::span<float* const> inputs, float* const* outputs, float rate) {
    float* errors = errors_.data();
    for (std::size_t m = 0; m < inputs.size(); ++m) {
      P sums[N];
      for (int n = 0; n < N; ++n) sums[n] = P::all(0.0F);
      for (std::int64_t c = 0; c < stride_; c += P::kWidth) {
        const P x = P::load(inputs[m] + c);
        for (int n = 0; n < N; ++n) sums[n] = fused_multiply_add(x, P::load(outputs[n] + c), sums[n]);
      }
      for (int n = 0; n < N; ++n) errors[m * kBlock + static_cast<std::size_t>(n)] = sums[n].sum();
    }
    for (std::size_t i = 0; i < inputs.size() * kBlock; i += P::kWidth) {
      const P error = P::load(labels_ + i % kBlock) - sigmoid(P::load(errors + i));
      (P::all(rate) * error).store(errors + i);
    }
    for (std::int64_t c = 0; c < stride_; c += P::kWidth) {
      P old[N];
      P changed[N];
      for (int n = 0; n < N; ++n) old[n] = changed[n] = P::load(outputs[n] + c);
      for (std::size_t m = 0; m < inputs.size(); ++m) {
        const P x = P::load(inputs[m] + c);
        P y = x;
        for (int n = 0; n < N; ++n) {
          const P error = P::all(errors[m * kBlock + static_cast<std::size_t>(n)]);
          changed[n] = fused_multiply_add(error, x, changed[n]);
          y = fused_multiply_add(error, old[n], y);
        }
        y.store(inputs[m] + c);
      }
      for (int n = 0; n < N; ++n) changed[n].store(outputs[n] + c);
    }
  }

  std::int64_t stride_;
  std::vector<float> errors_;  // [inputs, 8]
  float labels_[2 * kBlock] = {};
};

}  // namespace seqlab
