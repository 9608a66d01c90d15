#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// LSTM with peepholes (Gers and Schmidhuber, 2000): the gates also see the memory.
class PeepholeLstm final : public Cell {
 public:
  struct Options {
    double forget_bias = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("LSTM whose gates also see the memory")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the forget gate's bias");
  }

  PeepholeLstm(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 4 * units_)),
        recurrent_(context.linear("recurrent", units_, 4 * units_, no_bias, init::orthogonal())),
        peep_(context.parameter("peep", {3, units_}, init::uniform(0.1))) {
    input_.start_bias(units_, units_, options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 2); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    return pointwise(
        [](auto i, auto f, auto g, auto o, auto c, auto pi, auto pf, auto po) {
          auto next = sigmoid(f + pf * c) * c + sigmoid(i + pi * c) * tanh(g);
          return outputs(sigmoid(o + po * next) * tanh(next), next);
        },
        split<4>(x + recurrent_(s[0])), s[1], rows<3>(peep_));
  }

 private:
  int units_;
  Linear input_, recurrent_;
  Parameter peep_;
};

}  // namespace

SEQLAB_CELL(PeepholeLstm, "peephole_lstm")
