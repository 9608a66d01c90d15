#include "plugin/input_layer.h"

#include "core/error.h"

namespace seqlab {

Var InputLayer::operator()(Tape& tape, const InputSequences& inputs) const {
  expect(inputs.are_tokens() == tokens_, "a model is given what it was built for, tokens or vectors");
  if (tokens_) return embedder_(tape, inputs.ids.ids, inputs.ids.steps, inputs.ids.batch);
  const VectorSequences& vectors = inputs.vectors;
  expect(vectors.width == width_, "vectors are as wide as the model was built for");
  return tape.constant({vectors.steps, vectors.batch, vectors.width}, vectors.values);
}

}  // namespace seqlab
