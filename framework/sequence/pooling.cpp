#include "sequence/pooling.h"

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "autodiff/pool.h"
#include "core/error.h"

namespace seqlab {

Pooling::Pooling(ParameterSet& parameters, const std::string& name, int width, Pool pool, std::unique_ptr<Scoring> score)
    : pool_(pool), score_(std::move(score)) {
  expect((pool == Pool::attention) == (score_ != nullptr), "a score for attention, and for attention alone");
  if (score_ != nullptr) query_ = parameters.add(name + ".query", {width}, init::uniform(0.1));
}

Var Pooling::operator()(const Layered& layered, std::span<const int> lengths) const {
  switch (pool_) {
    case Pool::last: return layered.last;
    case Pool::mean: return mean_over_time(layered.outputs, lengths);
    case Pool::max: return max_over_time(layered.outputs, lengths);
    case Pool::attention: break;
  }
  const Var memory = swap_outer(layered.outputs);  // [B, T, units]
  const Shape shape = memory.shape();
  const Var query = pointwise([](auto zero, auto learned) { return zero + learned; },
                              memory.tape().zeros({shape[0], 1, shape[2]}), query_);
  return reshape(attend(*score_, query, remember(*score_, memory, lengths)).context, {shape[0], shape[2]});
}

}  // namespace seqlab
