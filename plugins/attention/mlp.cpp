#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// A small network on [query; memory]: v . tanh(... tanh(W q + U m + b)). One layer is Luong's concat (2015). Its width is
/// the query's: attention.key_width narrows both.
class Mlp final : public AttentionScore {
 public:
  struct Options {
    int layers = 2;
  };
  static Schema<Options> schema() {
    return Schema<Options>("tanh layers on query and memory").add("layers", &Options::layers, in_range(1, 8), "1: concat");
  }
  Mlp(const Options& o, AttentionContext& c) : keys_(c.linear("keys", c.memory_size, c.query_size)) {
    query_ = c.linear("query", c.query_size, c.query_size, no_bias);
    above_ = c.network("above", c.query_size, o.layers - 1, 1);
  }
  Var keys(Var memory) const override { return keys_(memory); }
  Var score(Var q, Var k) const override {
    return above_(pointwise([](auto a, auto b) { return tanh(a + b); }, per_query(query_(q)), per_position(k)));
  }

 private:
  Linear keys_, query_;
  Network above_;
};

}  // namespace

SEQLAB_ATTENTION(Mlp, "mlp")
