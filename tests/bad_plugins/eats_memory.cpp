// A cell that takes memory, and uses it, until somebody stops it.
#include <seqlab/cell.h>

#include <chrono>
#include <list>
#include <thread>
#include <vector>

namespace {
using namespace seqlab;

class EatsMemory final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("allocates without end"); }
  EatsMemory(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var, const State& s) const override {
    std::list<std::vector<char>> pieces;
    for (volatile bool forever = true; forever;) {
      pieces.emplace_back(4'000'000, 'x');
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the machine should survive a limit that does not work
    }
    return s;
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(EatsMemory, "bad_memory")
