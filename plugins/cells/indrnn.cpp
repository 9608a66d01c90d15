#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Independently recurrent network (Li et al., 2018): each unit sees of the previous outputs only its own, h' = f(W x + u *
/// h + b).
class IndRnn final : public Cell {
 public:
  struct Options {
    std::string activation = "relu";
  };
  static Schema<Options> schema() {
    return Schema<Options>("independently recurrent network: each unit remembers itself alone; made for stacks")
        .add("activation", &Options::activation, one_of({"relu", "tanh"}), "what squashes the sum");
  }

  IndRnn(const Options& options, CellContext& context)
      : units_(context.units),
        relu_(options.activation == "relu"),
        input_(context.linear("input", context.input_size, units_)),
        recurrent_(context.parameter("recurrent", {units_}, init::uniform(1))) {}

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    if (relu_) return pointwise([](auto in, auto h, auto u) { return relu(in + u * h); }, x, s[0], recurrent_);
    return pointwise([](auto in, auto h, auto u) { return tanh(in + u * h); }, x, s[0], recurrent_);
  }

 private:
  int units_;
  bool relu_;
  Linear input_;
  Parameter recurrent_;
};

}  // namespace

SEQLAB_CELL(IndRnn, "indrnn")
