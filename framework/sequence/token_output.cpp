#include "sequence/token_output.h"

#include <cmath>

#include "autodiff/affine.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/error.h"

namespace seqlab {

TokenOutput::TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, std::int64_t tokens)
    : own_(parameters, name, inputs, tokens, with_bias) {}

TokenOutput::TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, const Embedder& table)
    : table_(table), tied_(true) {
  if (!table.table().exists()) {
    throw UserError("tying the output needs an embedding with a table of vectors, such as \"learned\"");
  }
  // Of the table itself: what the embedder gives may be projected.
  const std::int64_t width = table.table().leaf().value.columns();
  projects_ = inputs != width;
  if (projects_) project_ = Linear(parameters, name + ".narrow", inputs, width, no_bias);
  bias_ = parameters.add(name + ".bias", {table.table().leaf().value.rows()}, init::zeros());
}

Var TokenOutput::operator()(Var x) const {
  if (!tied_) return own_(x);
  // A table whose rows are good inputs, of deviation 1, would make logits of deviation sqrt(D).
  const Var mapped =
      (1 / std::sqrt(static_cast<double>(table_.table().leaf().value.columns()))) * (projects_ ? project_(x) : x);
  const Var table = table_.table().on(x.tape());
  const Shape rows{1, mapped.shape().rows(), mapped.shape().columns()};
  const Var products = batched_product(reshape(mapped, rows), false,
                                       reshape(table, {1, table.shape().rows(), table.shape().columns()}), true);
  return pointwise([](auto product, auto bias) { return product + bias; },
                   reshape(products, mapped.shape().with_columns(table.shape().rows())), bias_);
}

}  // namespace seqlab
