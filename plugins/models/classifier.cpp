#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A sequence to a class: cells above each other, their outputs pooled to one vector, a linear map to the classes. Pooling
/// by attention with a learned query follows Yang et al. (2016), "Hierarchical attention networks for document
/// classification".
class Classifier final : public ClassifyModel {
 public:
  struct Options : LayerOptions {
    bool bidirectional = false;
    std::string pooling = "last";
    std::string class_weights = "none";
  };
  static Schema<Options> schema() {
    return layer_schema<Options>("cells over tokens or vectors, pooled to one vector, to a class")
        .add("bidirectional", &Options::bidirectional, "read in both directions")
        .add("pooling", &Options::pooling, one_of({"last", "mean", "max", "attention"}),
             "what of the outputs decides: the last one, their mean, their maxima, or a sum weighed by attention")
        .add("class_weights", &Options::class_weights, one_of({"none", "balanced"}),
             "balanced: the loss of an example is weighed by how rare its class is")
        .demand(
            "units", [](const Options& o) { return !o.bidirectional || o.units % 2 == 0; },
            "model.classifier.units must be even where bidirectional = true: each direction has half of them");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers and directions"},
            {"embedding", Kind::embedding, "", true, "vectors of the tokens; none: the data are vectors"},
            {"attention", Kind::attention, "", true, "score of pooling 'attention' with its learned query"}};
  }

  Classifier(const Options& options, ModelContext& context) : options_(options), classes_(context.outputs) {
    inputs_ = context.inputs("embedding", "embedding");
    LayerOptions layers = options;
    layers.reading = options.bidirectional ? Reading::both : Reading::forward;
    layers_ = context.layers("cell", "encoder", inputs_.width(), layers);
    pooling_ = context.pooling(options.pooling, "attention", "pooling", options.units);
    output_ = context.linear("output", pooling_.width(), classes_);
    std::int64_t examples = 0;
    for (const std::int64_t count : context.class_counts) examples += count;
    for (const std::int64_t count : context.class_counts) {
      const double share = static_cast<double>(std::max<std::int64_t>(1, count)) * classes_ / static_cast<double>(examples);
      weights_.push_back(options.class_weights == "balanced" ? 1.0 / share : 1.0);
    }
  }

  BatchLoss loss(Tape& tape, const ClassifyBatch& batch) override {
    const Var scores = predict(tape, batch);
    const auto rows = static_cast<double>(batch.classes.size());
    if (options_.class_weights == "none") {
      const auto entropy = cross_entropy(scores, batch.classes, 1.0 / rows);
      return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
    }
    // Class by class, because cross entropy has one weight for all of its rows.
    BatchLoss sum;
    for (int c = 0; c < classes_; ++c) {
      std::vector<int> targets;
      for (const int target : batch.classes) targets.push_back(target == c ? c : -1);
      if (std::count(targets.begin(), targets.end(), c) == 0) continue;
      const auto entropy = cross_entropy(scores, targets, weights_[static_cast<std::size_t>(c)] / rows);
      sum.loss = sum.loss.exists() ? sum.loss + entropy.loss : entropy.loss;
      sum.nats += entropy.nats;
      sum.tokens += entropy.tokens;
      sum.correct += entropy.correct;
    }
    return sum;
  }

  Var predict(Tape& tape, const ClassifyBatch& batch) override {
    const Var inputs = layers_.drop(inputs_(tape, batch.inputs));
    const Var pooled = pooling_(layers_(inputs, batch.inputs.lengths()), batch.inputs.lengths());
    return output_(dropout(pooled, options_.dropout));
  }

 private:
  Options options_;
  int classes_;
  std::vector<double> weights_;  // of the classes
  InputLayer inputs_;
  Layers layers_;
  Pooling pooling_;
  Linear output_;
};

}  // namespace

SEQLAB_MODEL(Classifier, "classifier")
