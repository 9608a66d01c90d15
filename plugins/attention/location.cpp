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
      : positions_(options.positions), where_(context.linear("where", context.query_size, positions_)) {}
  Var score(Var query, Var keys) const override {
    const auto length = keys.shape()[1];
    const Var scores = where_(query);
    if (length <= positions_) return columns(scores, 0, length);
    return concat({scores, query.tape().constant({query.shape()[0], query.shape()[1], length - positions_}, -1e9)});
  }

 private:
  int positions_;
  Linear where_;
};

}  // namespace

SEQLAB_ATTENTION(Location, "location")
