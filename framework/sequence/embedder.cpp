#include "sequence/embedder.h"

#include <cmath>

#include "autodiff/lookup.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab {

namespace {

/// Vectors of deviation 1 are good inputs, but large for weights: Adam's steps do not grow with what they change, so that a
/// table of them learns sqrt(D) times slower than a map of D inputs, and as an output's weights they would make logits of
/// deviation sqrt(D). Kept over sqrt(D) and looked up times sqrt(D) they have the size of weights (Vaswani et al., 2017,
/// section 3.4).
double scale_of(std::int64_t dimension) { return std::sqrt(static_cast<double>(dimension)); }

}  // namespace

Embedder::Embedder(ParameterSet& parameters, const std::string& name, std::int64_t vocabulary, const EmbeddingTable& table,
                   const EmbedderOptions& options)
    : identity_(table.identity),
      scaled_(options.scaled && !table.identity),
      dimension_(table.identity ? vocabulary : table.dimension),
      projected_(options.projection) {
  if (projected_ > 0) projection_ = Linear(parameters, name + ".projection", dimension_, projected_, no_bias);
  if (identity_) return;
  expect(static_cast<std::int64_t>(table.values.size()) == vocabulary * dimension_, "an embedding has a row for every id");
  const double scale = scaled_ ? scale_of(dimension_) : 1;
  table_ = parameters.add(name, {vocabulary, dimension_}, [&](const Tensor& tensor, Random&) {
    for (std::int64_t r = 0; r < vocabulary; ++r) {
      for (std::int64_t c = 0; c < dimension_; ++c)
        tensor.set(r, c, static_cast<double>(table.values[static_cast<std::size_t>(r * dimension_ + c)]) / scale);
    }
  });
  if (options.frozen_epochs > 0) parameters.freeze(table_, options.frozen_epochs);
}

Var Embedder::operator()(Tape& tape, std::span<const int> ids, std::int64_t steps, std::int64_t batch) const {
  const Shape shape{steps, batch, dimension_};
  Var vectors = identity_ ? tape.one_hot(ids, shape) : lookup(tape, table_.leaf(), ids, shape);
  if (scaled_) vectors = scale_of(dimension_) * vectors;
  return projected_ > 0 ? projection_(vectors) : vectors;
}

}  // namespace seqlab
