#include "sequence/token_output.h"

#include "autodiff/affine.h"
#include "core/error.h"

namespace seqlab {

TokenOutput::TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, std::int64_t tokens)
    : own_(parameters, name, inputs, tokens, with_bias) {}

TokenOutput::TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, const Embedder& table)
    : table_(table), tied_(true) {
  if (!table.table().exists()) {
    throw UserError("tying the output needs an embedding with a table of vectors, such as \"learned\"");
  }
  expect(table.scaled(), "the table that TokenOutput shares comes from context.embedding(..., tied = true)");
  // Of the table itself: what the embedder gives may be projected.
  const std::int64_t width = table.table().leaf().value.columns();
  projects_ = inputs != width;
  if (projects_) project_ = Linear(parameters, name + ".narrow", inputs, width, no_bias);
  bias_ = parameters.add(name + ".bias", {table.table().leaf().value.rows()}, init::zeros());
}

Var TokenOutput::operator()(Var x) const {
  if (!tied_) return own_(x);
  return affine_transposed(projects_ ? project_(x) : x, table_.table().leaf(), &bias_.leaf());
}

}  // namespace seqlab
