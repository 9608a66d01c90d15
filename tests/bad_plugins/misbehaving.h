#pragma once

// A small recurrent cell to misbehave in: h' = tanh(W x + U h + b). What derives from it overrides step().

#include <seqlab/cell.h>

namespace seqlab::test {

class Small : public Cell {
 public:
  struct Options {};
  Small(const Options&, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, units_)),
        recurrent_(context.linear("recurrent", units_, units_, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    return {pointwise([](auto sum) { return tanh(sum); }, x + recurrent_(s[0]))};
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

}  // namespace seqlab::test
