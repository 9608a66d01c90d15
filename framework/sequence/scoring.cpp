#include "sequence/scoring.h"

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"

namespace seqlab {

Scoring::~Scoring() = default;

Var per_query(Var x) { return reshape(x, {x.shape()[0], x.shape()[1], 1, x.shape()[2]}); }

Var per_position(Var x) { return reshape(x, {x.shape()[0], 1, x.shape()[1], x.shape()[2]}); }

Var normalise(Var x) {
  const Shape s = x.shape();
  const Var squares = reshape(pointwise_sum([](auto v) { return v * v; }, x), {s[0], s[1], 1});
  return pointwise([](auto v, auto sum) { return v / sqrt(max(sum, 1e-12)); }, x, squares);
}

}  // namespace seqlab
