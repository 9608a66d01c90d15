#include <seqlab/model.h>

namespace {
using namespace seqlab;

/// The numbers that follow a series, all from the last output of cells above each other, by least squares.
class Forecaster final : public ForecastModel {
 public:
  struct Options : LayerOptions {
    Options() { units = 64; }
  };
  static Schema<Options> schema() { return layer_schema<Options>("cells over vectors, to the numbers that follow"); }
  static std::vector<Slot> slots() { return {{"cell", Kind::cell, "", false, "cell of all layers"}}; }

  Forecaster(const Options& options, ModelContext& context) : dropout_(options.dropout) {
    layers_ = context.layers("cell", "layers", context.features, options);
    output_ = context.linear("output", options.units, context.outputs);
  }

  BatchLoss loss(Tape& tape, const ForecastBatch& batch) override {
    const auto count = static_cast<std::int64_t>(batch.targets.size());
    const Var targets = tape.constant({1, count}, batch.targets);
    const Var said = reshape(predict(tape, batch), {1, count});
    const Var squares = pointwise_sum([](auto y, auto target) { return square(y - target); }, said, targets);
    return {(1.0 / static_cast<double>(count)) * squares, squares.value().at(0, 0), count, 0};
  }

  Var predict(Tape& tape, const ForecastBatch& batch) override {
    const VectorSequences& in = batch.inputs;
    const Var inputs = tape.constant({in.steps, in.batch, in.width}, in.values);
    return output_(dropout(layers_(inputs, in.lengths).last, dropout_));
  }

 private:
  double dropout_;
  Layers layers_;
  Linear output_;
};

}  // namespace

SEQLAB_MODEL(Forecaster, "forecaster")
