#include "sequence/pooling.h"

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "autodiff/pool.h"
#include "core/error.h"

namespace seqlab {

Pooling::Pooling(ParameterSet& parameters, const std::string& name, int width, Pool pool, Attention attention)
    : pool_(pool), width_(width), attention_(std::move(attention)) {
  expect((pool == Pool::attention) == attention_.exists(), "a score for attention, and for attention alone");
  if (!attention_.exists()) return;
  if (attention_.counts_steps()) {
    throw UserError(
        "pooling asks one question of a sequence: leave attention.coverage, attention.monotonic and the window local_m out");
  }
  width_ = attention_.context_size();
  query_ = parameters.add(name + ".query", {width}, init::uniform(0.1));
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
  return reshape(attention_(query, attention_.remember(memory, lengths)).context, {shape[0], width_});
}

}  // namespace seqlab
