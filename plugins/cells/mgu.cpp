#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Minimal gated unit (Zhou et al., 2016, "Minimal Gated Unit for Recurrent Neural Networks"): one gate both resets and
/// updates.
class Mgu final : public Cell {
 public:
  struct Options {
    double forget_bias = 0.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("minimal gated unit: one gate says what of the output is seen and what is replaced")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the gate's bias");
  }

  Mgu(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 2 * units_)),
        gate_(context.linear("gate", units_, units_, no_bias, init::orthogonal())),
        candidate_(context.linear("candidate", units_, units_, no_bias, init::orthogonal())) {
    input_.start_bias(0, units_, options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }  // columns: gate, candidate
  State step(Var x, const State& s) const override {
    const auto [xf, xn] = split<2>(x);
    const Var gate = sigmoid(xf + gate_(s[0]));
    const Var candidate = xn + candidate_(gate * s[0]);
    return pointwise([](auto f, auto n, auto h) { return h + f * (tanh(n) - h); }, gate, candidate, s[0]);
  }

 private:
  int units_;
  Linear input_, gate_, candidate_;
};

}  // namespace

SEQLAB_CELL(Mgu, "mgu")
