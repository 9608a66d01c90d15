#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// v . tanh(W m + U q) (Bahdanau et al., 2015).
class Additive final : public AttentionScore {
 public:
  struct Options {
    int units = 0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("one tanh layer").add("units", &Options::units, in_range(0, 65536), "width; 0: as query");
  }

  Additive(const Options& o, AttentionContext& c) : Additive(o.units > 0 ? o.units : c.query_size, c) {}
  Var keys(Var memory) const override { return m_(memory); }
  Var score(Var q, Var k) const override {
    return pointwise_sum([](auto a, auto b, auto v) { return v * tanh(a + b); }, per_query(q_(q)), per_position(k), v_);
  }

 private:
  Additive(int n, AttentionContext& c) : m_(c.linear("keys", c.memory_size, n, no_bias)), v_(c.parameter("direction", {n})) {
    q_ = c.linear("query", c.query_size, n, no_bias);
  }
  Linear m_, q_;
  Parameter v_;
};

}  // namespace

SEQLAB_ATTENTION(Additive, "additive")
