#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// LSTM with layer normalisation (Ba et al., 2016, equations 20 to 22): of both sums of the gates, and of the memory.
class LayerNormLstm final : public Cell {
 public:
  struct Options {
    double forget_bias = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("LSTM whose sums and memory are normalised over the units")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the forget gate's bias");
  }

  LayerNormLstm(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 4 * units_, no_bias)),
        recurrent_(context.linear("recurrent", units_, 4 * units_, no_bias, init::orthogonal())),
        input_norm_(context.layer_norm("input_norm", 4 * units_)),
        recurrent_norm_(context.layer_norm("recurrent_norm", 4 * units_)),
        memory_norm_(context.layer_norm("memory_norm", units_)) {
    fill(input_norm_.bias().leaf().value.slice_columns(units_, units_), options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 2); }
  Var project(Var inputs) const override { return input_norm_(input_(inputs)); }
  State step(Var x, const State& s) const override {
    const auto [i, f, g, o] = split<4>(x + recurrent_norm_(recurrent_(s[0])));
    const Var next = pointwise(
        [](auto in, auto forget, auto candidate, auto c) { return sigmoid(forget) * c + sigmoid(in) * tanh(candidate); }, i,
        f, g, s[1]);
    return {pointwise([](auto out, auto c) { return sigmoid(out) * tanh(c); }, o, memory_norm_(next)), next};
  }

 private:
  int units_;
  Linear input_, recurrent_;
  LayerNorm input_norm_, recurrent_norm_, memory_norm_;
};

}  // namespace

SEQLAB_CELL(LayerNormLstm, "layer_norm_lstm")
