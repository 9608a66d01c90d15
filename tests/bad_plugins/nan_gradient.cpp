// A cell whose output is sound and whose gradient is not a number: the slope of a root at 0.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class NoSlope final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("has a gradient of NaN"); }
  NoSlope(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    return pointwise([](auto v) { return tanh(v) + sqrt(v * 0.0); }, x + recurrent_(s[0]));
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(NoSlope, "bad_nan_gradient")
