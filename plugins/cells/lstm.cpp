#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// Long short-term memory (Hochreiter and Schmidhuber, 1997) with the forget gate of Gers et al. (2000). Options: peepholes
/// (Gers and Schmidhuber, 2000), coupled gates (Greff et al., 2017: what is forgotten is what is written).
class Lstm final : public Cell {
 public:
  struct Options {
    double forget_bias = 1.0;
    bool peepholes = false, coupled = false;
  };
  static Schema<Options> schema() {
    return Schema<Options>("long short-term memory: a memory c that gates write, keep and read")
        .add("forget_bias", &Options::forget_bias, in_range(-10, 10), "start value of the forget gate's bias")
        .add("peepholes", &Options::peepholes, "the gates also see the memory")
        .add("coupled", &Options::coupled, "no input gate: 1 minus the forget gate takes its place");
  }

  Lstm(const Options& options, CellContext& context) : units_(context.units), gates_(options.coupled ? 3 : 4) {
    input_ = context.linear("input", context.input_size, gates_ * units_);
    recurrent_ = context.linear("recurrent", units_, gates_ * units_, no_bias, init::orthogonal());
    if (options.peepholes) peep_ = context.parameter("peep", {gates_ - 1, units_}, init::uniform(0.1));
    input_.start_bias((gates_ - 3) * units_, units_, options.forget_bias);
  }

  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 2); }
  /// Columns: input (unless coupled), forget, candidate, output.
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    const auto own = [](auto i, auto f, auto g, auto o, auto c, auto pi, auto pf, auto po) {
      auto next = sigmoid(f + pf * c) * c + sigmoid(i + pi * c) * tanh(g);
      return outputs(sigmoid(o + po * next) * tanh(next), next);
    };
    const auto coupled = [own](auto f, auto g, auto o, auto c, auto pf, auto po) {
      return own(-(f + pf * c), f, g, o, c, none, pf, po);  // sigmoid(-a) = 1 - sigmoid(a)
    };
    const Var sum = x + recurrent_(s[0]);
    if (gates_ == 3 && peep_.exists()) return pointwise(coupled, split<3>(sum), s[1], rows<2>(peep_));
    if (gates_ == 3) return pointwise([coupled](auto... a) { return coupled(a..., none, none); }, split<3>(sum), s[1]);
    if (peep_.exists()) return pointwise(own, split<4>(sum), s[1], rows<3>(peep_));
    return pointwise([own](auto... a) { return own(a..., none, none, none); }, split<4>(sum), s[1]);
  }

 private:
  int units_, gates_;
  Linear input_, recurrent_;
  Parameter peep_;
};

}  // namespace

SEQLAB_CELL(Lstm, "lstm")
