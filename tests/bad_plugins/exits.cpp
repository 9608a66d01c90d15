// A cell that ends the process as if all were well.
#include <seqlab/cell.h>

#include <cstdlib>

namespace {
using namespace seqlab;

class Exits final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("calls exit(0)"); }
  Exits(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var, const State&) const override { std::exit(0); }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Exits, "bad_exit")
