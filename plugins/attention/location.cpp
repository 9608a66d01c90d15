#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// W q: where to look, from the query alone (Luong et al., 2015). Positions from `positions` on are never looked at.
class Location final : public AttentionScore {
 public:
  struct Options {
    int positions = 100;
  };
  static Schema<Options> schema() {
    return Schema<Options>("a position predicted from the query alone, whatever stands there")
        .add("positions", &Options::positions, in_range(1, 100000), "how many positions it can tell apart");
  }

  Location(const Options& options, AttentionContext& context)
      : where_(context.linear("where", context.query_size, options.positions)) {}
  Var score(Var query, Var keys) const override {
    const Var scores = where_(query);
    const auto beyond = keys.shape()[1] - scores.shape().columns();
    if (beyond <= 0) return columns(scores, 0, keys.shape()[1]);
    return concat({scores, query.tape().constant({query.shape()[0], query.shape()[1], beyond}, -1e9)});
  }

 private:
  Linear where_;
};

}  // namespace

SEQLAB_ATTENTION(Location, "location")
