#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Gated recurrent unit (Cho et al., 2014). The reset gate acts after the product with the recurrent weights, as cuDNN and
/// PyTorch compute it, or before it, as the paper has it.
class Gru final : public Cell {
 public:
  struct Options {
    std::string reset = "after";
  };
  static Schema<Options> schema() {
    return Schema<Options>("gated recurrent unit: the output itself is the memory, with an update and a reset gate")
        .add("reset", &Options::reset, one_of({"after", "before"}), "the reset gate acts after or before the product");
  }

  Gru(const Options& options, CellContext& context)
      : units_(context.units),
        after_(options.reset == "after"),
        input_(context.linear("input", context.input_size, 3 * units_)),
        recurrent_(context.linear("recurrent", units_, (after_ ? 3 : 2) * units_, with_bias, init::orthogonal())) {
    if (!after_) candidate_ = context.linear("candidate", units_, units_, no_bias, init::orthogonal());
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }  // columns: reset, update, candidate
  State step(Var x, const State& s) const override {
    const auto after = [](auto xr, auto xz, auto xn, auto hr, auto hz, auto hn, auto h) {
      auto candidate = tanh(xn + sigmoid(xr + hr) * hn);
      return candidate + sigmoid(xz + hz) * (h - candidate);
    };
    if (after_) return pointwise(after, split<3>(x), split<3>(recurrent_(s[0])), s[0]);
    const auto [r, z] = split<2>(recurrent_(s[0]) + columns(x, 0, 2 * units_));
    const Var product = candidate_(pointwise([](auto reset, auto h) { return sigmoid(reset) * h; }, r, s[0]));
    const auto before = [](auto update, auto n, auto h) { return tanh(n) + sigmoid(update) * (h - tanh(n)); };
    return pointwise(before, z, product + columns(x, 2 * units_, units_), s[0]);
  }

 private:
  int units_;
  bool after_;
  Linear input_, recurrent_, candidate_;
};

}  // namespace

SEQLAB_CELL(Gru, "gru")
