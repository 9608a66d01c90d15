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
      : stride_(stride), errors_(static_cast<std::size_t>(most_inputs + 1) * kSpace) {}

  /// One step of gradient descent on -sum log p(label | input, output), where p(1) = sigmoid(input . output); `labels` has a
  /// 0 or 1 for each output, `rates` its learning rate. Both sides change at once, from their old values; more than twelve
  /// outputs are taken twelve at a time.
  void operator()(std::span<float* const> inputs, std::span<float* const> outputs, std::span<const float> labels,
                  std::span<const float> rates) {
    for (std::size_t first = 0; first < outputs.size(); first += kBlock) {
      const std::size_t count = std::min(kBlock, outputs.size() - first);
      std::copy_n(labels.begin() + static_cast<std::ptrdiff_t>(first), count, labels_);
      std::copy_n(rates.begin() + static_cast<std::ptrdiff_t>(first), count, rates_);
      by_count<kBlock>(inputs, outputs.data() + first, static_cast<int>(count));
    }
  }

 private:
  using P = Packet<float>;
  static constexpr std::size_t kBlock = 12;  // their old and new numbers and three more fill the registers of AVX-512
  static constexpr std::size_t kSpace = 16;  // floats kept for them

  /// The number of outputs as a constant: their rows are then held in registers.
  template <int N>
  void by_count(std::span<float* const> inputs, float* const* outputs, int count) {
    if constexpr (N == 1) {
      update<1>(inputs, outputs);
    } else {
      if (count == N) {
        update<N>(inputs, outputs);
      } else {
        by_count<N - 1>(inputs, outputs, count);
      }
    }
  }

  template <int N>
  void update(std::span<float* const> inputs, float* const* outputs) {
    float* errors = errors_.data();
    for (std::size_t m = 0; m < inputs.size(); ++m) {
      P sums[N];
      for (int n = 0; n < N; ++n) sums[n] = P::all(0.0F);
      for (std::int64_t c = 0; c < stride_; c += P::kWidth) {
        const P x = P::load(inputs[m] + c);
        for (int n = 0; n < N; ++n) sums[n] = fused_multiply_add(x, P::load(outputs[n] + c), sums[n]);
      }
      for (int n = 0; n < N; ++n) errors[m * kSpace + static_cast<std::size_t>(n)] = sums[n].sum();
    }
    for (std::size_t i = 0; i < inputs.size() * kSpace; i += P::kWidth) {
      const P error = P::load(labels_ + i % kSpace) - sigmoid(P::load(errors + i));
      (P::load(rates_ + i % kSpace) * error).store(errors + i);
    }
    for (std::int64_t c = 0; c < stride_; c += P::kWidth) {
      P old[N];
      P changed[N];
      for (int n = 0; n < N; ++n) old[n] = changed[n] = P::load(outputs[n] + c);
      for (std::size_t m = 0; m < inputs.size(); ++m) {
        const P x = P::load(inputs[m] + c);
        P y = x;
        for (int n = 0; n < N; ++n) {
          const P error = P::all(errors[m * kSpace + static_cast<std::size_t>(n)]);
          changed[n] = fused_multiply_add(error, x, changed[n]);
          y = fused_multiply_add(error, old[n], y);
        }
        y.store(inputs[m] + c);
      }
      for (int n = 0; n < N; ++n) changed[n].store(outputs[n] + c);
    }
  }

  std::int64_t stride_;
  std::vector<float> errors_;  // [inputs, 16]
  float labels_[kSpace] = {};
  float rates_[kSpace] = {};
};

}  // namespace seqlab
