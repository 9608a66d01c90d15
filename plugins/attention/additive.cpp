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
    return Schema<Options>("one hidden tanh layer over query and memory")
        .add("units", &Options::units, in_range(0, 65536), "width of the hidden layer; 0: that of the query");
  }

  Additive(const Options& options, AttentionContext& context) {
    const int units = options.units > 0 ? options.units : context.query_size;
    keys_ = context.linear("keys", context.memory_size, units, no_bias);
    query_ = context.linear("query", context.query_size, units, no_bias);
    direction_ = context.parameter("direction", {units});
  }
  Var keys(Var memory) const override { return keys_(memory); }
  Var score(Var query, Var keys) const override {
    return pointwise_sum([](auto q, auto k, auto v) { return v * tanh(q + k); }, per_query(query_(query)), per_position(keys),
                         direction_);
  }

 private:
  Linear keys_, query_;
  Parameter direction_;
};

}  // namespace

SEQLAB_ATTENTION(Additive, "additive")
