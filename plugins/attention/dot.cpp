#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// q . m (Luong et al., 2015).
class Dot final : public AttentionScore {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("dot product of query and memory"); }

  Dot(const Options&, AttentionContext& context) { context.need_equal_sizes("dot"); }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }
};

}  // namespace

SEQLAB_ATTENTION(Dot, "dot")
