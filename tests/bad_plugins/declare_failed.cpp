// A schema that contradicts itself: the default is out of its own range.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Contradiction final : public Cell {
 public:
  struct Options {
    double forget_bias = 11;
  };
  static Schema<Options> schema() {
    return Schema<Options>("never seen").add("forget_bias", &Options::forget_bias, in_range(-10, 10), "out of range");
  }
  Contradiction(const Options&, CellContext& context) : units_(context.units) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  State step(Var x, const State&) const override { return x; }

 private:
  int units_;
};

}  // namespace

SEQLAB_CELL(Contradiction, "declare_failed")
