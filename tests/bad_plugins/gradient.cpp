// A cell that takes part of its state off the tape, so that its gradient is not that of its values.
#include <seqlab/cell.h>

namespace {
using namespace seqlab;

class Detached final : public Cell {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("forgets a gradient"); }
  Detached(const Options&, CellContext& context)
      : input_(context.linear("input", context.input_size, context.units)),
        recurrent_(context.linear("recurrent", context.units, context.units, no_bias)) {}
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units(), 1); }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    Var previous = s[0];
    const Tensor& value = previous.value();
    std::vector<double> numbers;
    for (std::int64_t r = 0; r < value.rows(); ++r) {
      for (std::int64_t c = 0; c < value.columns(); ++c) numbers.push_back(value.at(r, c));
    }
    return tanh(x + recurrent_(s[0])) * sigmoid(previous.tape().constant(previous.shape(), numbers));
  }

 private:
  [[nodiscard]] int units() const { return static_cast<int>(recurrent_.weight().leaf().value.columns()); }
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(Detached, "bad_gradient")
