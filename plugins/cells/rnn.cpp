#include <seqlab/cell.h>

#include <cmath>

namespace {
using namespace seqlab;

/// The simple recurrent network (Elman, 1990): h' = f(W x + U h + b).
class Rnn final : public Cell {
 public:
  struct Options {
    std::string activation = "tanh";
    std::string start = "orthogonal";
  };
  static Schema<Options> schema() {
    return Schema<Options>("simple recurrent network (Elman): one squashed sum of input and previous output")
        .add("activation", &Options::activation, one_of({"tanh", "relu"}), "what squashes the sum")
        .add("start", &Options::start, one_of({"orthogonal", "uniform"}),
             "of the recurrent weights: keeps lengths, or textbook: +-1/sqrt(units), which forgets within some steps");
  }

  Rnn(const Options& options, CellContext& context)
      : units_(context.units),
        relu_(options.activation == "relu"),
        input_(context.linear("input", context.input_size, units_)),
        recurrent_(context.linear("recurrent", units_, units_, no_bias, start(options))) {}

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    const Var sum = x + recurrent_(s[0]);
    return relu_ ? relu(sum) : tanh(sum);
  }

 private:
  [[nodiscard]] Initialiser start(const Options& options) const {
    return options.start == "uniform" ? init::uniform(1 / std::sqrt(units_)) : init::orthogonal();
  }
  int units_;
  bool relu_;
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Rnn, "rnn")
