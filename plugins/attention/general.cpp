#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// q . W m (Luong et al., 2015).
class General final : public AttentionScore {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("dot product with the memory mapped to the query's width"); }

  General(const Options&, AttentionContext& context)
      : keys_(context.linear("keys", context.memory_size, context.query_size, no_bias)) {}
  Var keys(Var memory) const override { return keys_(memory); }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }

 private:
  Linear keys_;
};

}  // namespace

SEQLAB_ATTENTION(General, "general")
