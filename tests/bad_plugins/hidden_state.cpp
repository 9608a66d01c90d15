// A cell that depends on how many of its kind were made before it in this process.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Counter final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("hides a counter"); }
  Counter(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    const double drift = 1e-6 * number_;
    return pointwise([drift](auto v) { return tanh(v) + drift; }, x + recurrent_(s[0]));
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  static int next_number() {
    static int count = 0;
    return count++;
  }
  Linear input_, recurrent_;
  int number_ = next_number();
};

}  // namespace

SEQLAB_CELL(Counter, "bad_counter")
