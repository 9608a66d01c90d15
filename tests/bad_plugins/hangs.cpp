// A cell that never comes back from its first step.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Hangs final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("loops for ever"); }
  Hangs(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var, const State& s) const override {
    for (volatile bool forever = true; forever;) {
    }
    return s;
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Hangs, "bad_hang")
