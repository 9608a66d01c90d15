// A cell whose output is not a number.
#include <seqlab/cell.h>

#include <limits>

namespace {
using namespace seqlab;

class NotANumber final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("returns NaN"); }
  NotANumber(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    return pointwise([](auto v) { return v * std::numeric_limits<double>::quiet_NaN(); }, x + recurrent_(s[0]));
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(NotANumber, "bad_nan")
