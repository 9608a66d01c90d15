#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Update gate RNN (Collins et al., 2017, "Capacity and Trainability in Recurrent Neural Networks").
class Ugrnn final : public Cell {
 public:
  struct Options {
    double forget_bias = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("update gate RNN: a simple recurrent network whose gate says what of the output is kept")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the gate's bias");
  }

  Ugrnn(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 2 * units_)),
        recurrent_(context.linear("recurrent", units_, 2 * units_, no_bias, init::orthogonal())) {
    input_.start_bias(0, units_, options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }  // columns: gate, candidate
  State step(Var x, const State& s) const override {
    return pointwise(
        [](auto g, auto n, auto h) {
          auto candidate = tanh(n);
          return candidate + sigmoid(g) * (h - candidate);
        },
        split<2>(x + recurrent_(s[0])), s[0]);
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Ugrnn, "ugrnn")
