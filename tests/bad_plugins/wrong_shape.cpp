#include "misbehaving.h"

namespace {
using namespace seqlab;

/// A state that is wider than it was asked to be.
class WrongShape final : public test::Small {
 public:
  using test::Small::Small;
  static Schema<Options> schema() { return Schema<Options>("returns a state of twice its width"); }
  State step(Var x, const State& s) const override {
    const Var h = test::Small::step(x, s)[0];
    return {concat({h, h})};
  }
};

}  // namespace

SEQLAB_CELL(WrongShape, "wrong_shape")
