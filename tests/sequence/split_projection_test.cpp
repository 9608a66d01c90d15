#include "sequence/split_projection.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "catch.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// Projects by a linear map, or by one with tanh behind it, which is none.
class Projects final : public Recurrence {
 public:
  Projects(Parameter weight, Parameter bias, bool bent) : weight_(weight), bias_(bias), bent_(bent) {}
  [[nodiscard]] State initial(Tape& tape, int batch) const override { return tape.zeros({batch, 4}); }
  [[nodiscard]] Var project(Var inputs) const override {
    const Var map = affine(inputs, weight_.leaf(), &bias_.leaf());
    return bent_ ? tanh(map) : map;
  }
  [[nodiscard]] State step(Var x, const State& state) const override { return x + state[0]; }

 private:
  Parameter weight_, bias_;
  bool bent_;
};

}  // namespace

TEST_CASE("inputs known beforehand and inputs fed back are projected as if they came together") {
  for (const bool bent : {false, true}) {
    CAPTURE(bent);
    Inputs inputs;
    const Parameter known = inputs("known", {3, 2, 3}), fed = inputs("fed", {2, 2}), weight = inputs("weight", {5, 4}),
                    bias = inputs("bias", {4});
    const Projects cell(weight, bias, bent);
    Tape tape(Precision::f64, false);
    const Var words = reshape(known.on(tape), {3, 2, 3});
    const SplitProjection split(cell, words, 2);
    for (int t = 0; t < 3; ++t) {
      const auto whole = cell.project(concat({at(words, t), fed.on(tape)})).value();
      const auto parts = split.at(t, fed.on(tape)).value();
      for (int r = 0; r < 2; ++r) {
        for (int c = 0; c < 4; ++c) CHECK(parts.at(r, c) == Approx(whole.at(r, c)));
      }
    }
    CHECK(test::wrong_gradient(inputs, [&](Tape& t) {
            const SplitProjection own(cell, reshape(known.on(t), {3, 2, 3}), 2);
            Var sum = fed.on(t);
            Var all;
            for (int step = 0; step < 3; ++step) {
              const Var projected = tanh(own.at(step, sum));
              sum = columns(projected, 0, 2);
              all = all.exists() ? all + weigh(projected) : weigh(projected);
            }
            return all;
          }) == "");
  }
}
