// A cell whose name cannot be written in an experiment file.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Copy final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("the input is the output"); }
  Copy(const Options&, CellContext& context) : units_(context.units) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }
  State step(Var x, const State&) const override { return x; }

 private:
  int units_;
};

}  // namespace

SEQLAB_CELL(Copy, "Bad-Name")
