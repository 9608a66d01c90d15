#include "misbehaving.h"

namespace {
using namespace seqlab;

/// Not a number from the first step on.
class Nan final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("computes the logarithm of -1"); }
  State step(Var x, const State& s) const override {
    return {pointwise([](auto h) { return log(h - h - 1.0); }, test::Small::step(x, s)[0])};
  }
};

}  // namespace

SEQLAB_CELL(Nan, "nan")
