// Two cells, of which the second has a taken name: neither may be installed.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Copy final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("the input is the output"); }
  Copy(const Options&, CellContext& context) : input_(context.linear("input", context.input_size, context.units)) {}
  State initial(Tape& tape, int batch) const override {
    return zero_state(tape, batch, static_cast<int>(input_.weight().leaf().value.columns()), 1);
  }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State&) const override { return x; }

 private:
  Linear input_;
};

}  // namespace

SEQLAB_PLUGIN_DESCRIPTOR([](seqlab::StagingRegistry& registry) {
  registry.add(seqlab::plugin_detail::cell_component<Copy>("two_cells_first"));
  registry.add(seqlab::plugin_detail::cell_component<Copy>("gru"));
})
