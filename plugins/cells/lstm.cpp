#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Long short-term memory (Hochreiter and Schmidhuber, 1997) with the forget gate of Gers et al. (2000).
class Lstm final : public Cell {
 public:
  struct Options {
    double forget_bias = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("long short-term memory: a memory c that gates write, keep and read")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the forget gate's bias");
  }

  Lstm(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 4 * units_)),
        recurrent_(context.linear("recurrent", units_, 4 * units_, no_bias, init::orthogonal())) {
    input_.start_bias(units_, units_, options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 2); }
  Var project(Var inputs) const override { return input_(inputs); }  // columns: input, forget, candidate, output
  State step(Var x, const State& s) const override {
    return pointwise(
        [](auto i, auto f, auto g, auto o, auto c) {
          auto next = sigmoid(f) * c + sigmoid(i) * tanh(g);
          return outputs(sigmoid(o) * tanh(next), next);
        },
        split<4>(x + recurrent_(s[0])), s[1]);
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Lstm, "lstm")
