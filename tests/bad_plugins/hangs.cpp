#include "misbehaving.h"

namespace {
using namespace seqlab;

/// Never comes back.
class Hangs final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("loops for ever in its first step"); }
  State step(Var x, const State& s) const override {
    volatile bool forever = true;
    while (forever) {
    }
    return test::Small::step(x, s);
  }
};

}  // namespace

SEQLAB_CELL(Hangs, "hangs")
