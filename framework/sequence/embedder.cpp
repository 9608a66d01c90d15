#include "sequence/embedder.h"

#include "autodiff/lookup.h"
#include "core/error.h"

namespace seqlab {

Embedder::Embedder(ParameterSet& parameters, const std::string& name, std::int64_t vocabulary, const EmbeddingTable& table)
    : identity_(table.identity), dimension_(table.identity ? vocabulary : table.dimension) {
  if (identity_) return;
  expect(static_cast<std::int64_t>(table.values.size()) == vocabulary * dimension_, "an embedding has a row for every id");
  table_ = parameters.add(name, {vocabulary, dimension_}, [&](const Tensor& tensor, Random&) {
    for (std::int64_t r = 0; r < vocabulary; ++r) {
      for (std::int64_t c = 0; c < dimension_; ++c)
        tensor.set(r, c, table.values[static_cast<std::size_t>(r * dimension_ + c)]);
    }
  });
}

Var Embedder::operator()(Tape& tape, std::span<const int> ids, std::int64_t steps, std::int64_t batch) const {
  const Shape shape{steps, batch, dimension_};
  if (identity_) return tape.one_hot(ids, shape);
  return lookup(tape, table_.leaf(), ids, shape);
}

}  // namespace seqlab
