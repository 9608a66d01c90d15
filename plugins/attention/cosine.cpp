#include <seqlab/attention.h>

namespace {
using namespace seqlab;

/// Content-based addressing: the cosine of query and memory, times a learned sharpness (Graves et al., 2014).
class Cosine final : public AttentionScore {
 public:
  struct Options {
    double sharpness = 5.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("cosine of query and memory (content-based addressing), times a learned sharpness")
        .add("sharpness", &Options::sharpness, in_range(0.01, 1000), "start value of the factor");
  }

  Cosine(const Options& options, AttentionContext& context)
      : sharpness_(context.parameter("sharpness", {1}, init::constant(options.sharpness))) {
    context.need_equal_sizes("cosine");
  }
  Var keys(Var memory) const override { return normalise(memory); }
  Var score(Var q, Var k) const override {
    return pointwise([](auto cos, auto s) { return cos * s; }, batched_product(normalise(q), false, k, true), sharpness_);
  }

 private:
  Parameter sharpness_;
};

}  // namespace

SEQLAB_ATTENTION(Cosine, "cosine")
