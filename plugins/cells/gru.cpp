#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Gated recurrent unit (Cho et al., 2014), the reset gate after the product (as cuDNN and PyTorch compute it).
class Gru final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() {
    return Schema<Options>("gated recurrent unit: the output itself is the memory, with an update and a reset gate");
  }

  Gru(const Options&, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 3 * units_)),
        recurrent_(context.linear("recurrent", units_, 3 * units_, with_bias, init::orthogonal())) {}

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }  // columns: reset, update, candidate
  State step(Var x, const State& s) const override {
    return pointwise(
        [](auto xr, auto xz, auto xn, auto hr, auto hz, auto hn, auto h) {
          auto candidate = tanh(xn + sigmoid(xr + hr) * hn);
          return candidate + sigmoid(xz + hz) * (h - candidate);
        },
        split<3>(x), split<3>(recurrent_(s[0])), s[0]);
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Gru, "gru")
