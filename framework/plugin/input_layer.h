#pragma once

// What a model reads at each step as vectors, be it tokens or vectors already.

#include "data/batch.h"
#include "sequence/embedder.h"

namespace seqlab {

class InputLayer {
 public:
  InputLayer() = default;
  explicit InputLayer(Embedder embedder) : embedder_(std::move(embedder)), tokens_(true), width_(embedder_.dimension()) {}
  explicit InputLayer(int features) : width_(features) {}

  /// -> [T, B, width]. InternalError for vectors where tokens are expected, and the other way round.
  [[nodiscard]] Var operator()(Tape& tape, const InputSequences& inputs) const;
  [[nodiscard]] int width() const { return static_cast<int>(width_); }

 private:
  Embedder embedder_;
  bool tokens_ = false;
  std::int64_t width_ = 0;
};

}  // namespace seqlab
