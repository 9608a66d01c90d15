#include <seqlab/attention.h>

#include <cmath>

namespace {
using namespace seqlab;

/// q . m / sqrt(d) (Vaswani et al., 2017).
class ScaledDot final : public AttentionScore {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("dot product divided by the root of its width"); }

  ScaledDot(const Options&, AttentionContext& context) { context.need_equal_sizes("scaled_dot"); }
  Var score(Var query, Var keys) const override {
    const double scale = 1.0 / std::sqrt(static_cast<double>(keys.shape().columns()));
    return scale * batched_product(query, false, keys, true);
  }
};

}  // namespace

SEQLAB_ATTENTION(ScaledDot, "scaled_dot")
