// A cell whose output loses a column.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class WrongShape final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("returns the wrong shape"); }
  WrongShape(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override { return columns(tanh(x + recurrent_(s[0])), 0, units() - 1); }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(WrongShape, "bad_shape")
