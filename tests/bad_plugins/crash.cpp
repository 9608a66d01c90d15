// A cell that crashes in its first step.
#include <seqlab/cell.h>

#include <csignal>

namespace {
using namespace seqlab;

class Crash final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("raises SIGSEGV"); }
  Crash(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var, const State& s) const override {
    std::raise(SIGSEGV);
    return s;
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Crash, "bad_crash")
