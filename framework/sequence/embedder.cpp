#include "sequence/embedder.h"

#include "autodiff/lookup.h"
#include "core/error.h"

namespace seqlab {

Embedder::Embedder(ParameterSet& parameters, const std::string& name, std::int64_t vocabulary, const EmbeddingTable& table,
                   const EmbedderOptions& options)
    : identity_(table.identity), dimension_(table.identity ? vocabulary : table.dimension), projected_(options.projection) {
  if (projected_ > 0) projection_ = Linear(parameters, name + ".projection", dimension_, projected_, no_bias);
  if (identity_) return;
  expect(static_cast<std::int64_t>(table.values.size()) == vocabulary * dimension_, "an embedding has a row for every id");
  table_ = parameters.add(name, {vocabulary, dimension_}, [&](const Tensor& tensor, Random&) {
    for (std::int64_t r = 0; r < vocabulary; ++r) {
      for (std::int64_t c = 0; c < dimension_; ++c)
        tensor.set(r, c, static_cast<double>(table.values[static_cast<std::size_t>(r * dimension_ + c)]));
    }
  });
  if (options.frozen_epochs > 0) parameters.freeze(table_, options.frozen_epochs);
}

Var Embedder::operator()(Tape& tape, std::span<const int> ids, std::int64_t steps, std::int64_t batch) const {
  const Shape shape{steps, batch, dimension_};
  const Var vectors = identity_ ? tape.one_hot(ids, shape) : lookup(tape, table_.leaf(), ids, shape);
  return projected_ > 0 ? projection_(vectors) : vectors;
}

}  // namespace seqlab
