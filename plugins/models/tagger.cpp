#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A tag for every step: cells above each other, a linear map of each step's output (Graves and Schmidhuber, 2005).
class Tagger final : public TagModel {
 public:
  struct Options : LayerOptions {
    bool bidirectional = true;
  };
  static Schema<Options> schema() {
    return layer_schema<Options>("cells over tokens or vectors, to a tag for each step")
        .add("bidirectional", &Options::bidirectional, "read in both directions")
        .demand(
            "units", [](const Options& o) { return !o.bidirectional || o.units % 2 == 0; },
            "model.tagger.units must be even where bidirectional = true: each direction has half of them");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers and directions"},
            {"embedding", Kind::embedding, "", true, "vectors of the tokens; none: the data are vectors"}};
  }

  Tagger(const Options& options, ModelContext& context) {
    inputs_ = context.inputs("embedding", "embedding");
    LayerOptions layers = options;
    layers.reading = options.bidirectional ? Reading::both : Reading::forward;
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
    const Var inputs = layers_.drop(inputs_(tape, batch.inputs));
    return output_(layers_.drop(layers_(inputs, batch.inputs.lengths()).outputs));
  }

 private:
  InputLayer inputs_;
  Layers layers_;
  Linear output_;
};

}  // namespace

SEQLAB_MODEL(Tagger, "tagger")
