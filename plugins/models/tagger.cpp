#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A tag for every step: cells above each other, a linear map of each step's output (Graves and Schmidhuber, 2005).
class Tagger final : public TagModel {
 public:
  struct Options {
    int units = 128;
    int layers = 1;
    bool bidirectional = true;
    double dropout = 0.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("cells over tokens or vectors, to a tag for each step")
        .add("units", &Options::units, in_range(1, 65536), "width of a layer, both directions together")
        .add("layers", &Options::layers, in_range(1, 64), "cells above each other")
        .add("bidirectional", &Options::bidirectional, "read in both directions")
        .add("dropout", &Options::dropout, in_range(0, 0.95),
             "share of inputs, of outputs between layers and of the last outputs left out in training");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers and directions"},
            {"embedding", Kind::embedding, "", true, "vectors of the tokens; none: the data are vectors"}};
  }

  Tagger(const Options& options, ModelContext& context) : options_(options) {
    inputs_ = context.inputs("embedding", "embedding");
    LayerOptions layers;
    layers.units = options.units;
    layers.layers = options.layers;
    layers.reading = options.bidirectional ? Reading::both : Reading::forward;
    layers.dropout = options.dropout;
    layers_ = context.layers("cell", "layers", inputs_.width(), layers);
    output_ = context.linear("output", options.units, context.outputs);
  }

  BatchLoss loss(Tape& tape, const TagBatch& batch) override {
    const std::vector<int> targets = targets_of(batch.tags);
    const auto judged = std::count_if(targets.begin(), targets.end(), [](int tag) { return tag >= 0; });
    const auto entropy =
        cross_entropy(predict(tape, batch), targets, 1.0 / static_cast<double>(std::max<std::ptrdiff_t>(1, judged)));
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  Var predict(Tape& tape, const TagBatch& batch) override {
    const Var inputs = dropout(inputs_(tape, batch.inputs), options_.dropout);
    return output_(dropout(layers_(inputs, batch.inputs.lengths()).outputs, options_.dropout));
  }

 private:
  Options options_;
  InputLayer inputs_;
  Layers layers_;
  Linear output_;
};

}  // namespace

SEQLAB_MODEL(Tagger, "tagger")
