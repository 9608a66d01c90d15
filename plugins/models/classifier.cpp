#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A sequence to a class: cells above each other, their outputs pooled to one vector, a linear map to the classes. Pooling
/// by attention with a learned query follows Yang et al. (2016), "Hierarchical attention networks for document
/// classification".
class Classifier final : public ClassifyModel {
 public:
  struct Options {
    int units = 128;
    int layers = 1;
    bool bidirectional = false;
    std::string pooling = "last";
    double dropout = 0.0;
    std::string class_weights = "none";
  };
  static Schema<Options> schema() {
    return Schema<Options>("cells over tokens or vectors, pooled to one vector, to a class")
        .add("units", &Options::units, in_range(2, 65536), "width of a layer, both directions together")
        .add("layers", &Options::layers, in_range(1, 64), "cells above each other")
        .add("bidirectional", &Options::bidirectional, "read in both directions")
        .add("pooling", &Options::pooling, one_of({"last", "mean", "max", "attention"}),
             "what of the outputs decides: the last one, their mean, their maxima, or a sum weighed by attention")
        .add("dropout", &Options::dropout, in_range(0, 0.95),
             "share of inputs, of outputs between layers and of the pooled vector left out in training")
        .add("class_weights", &Options::class_weights, one_of({"none", "balanced"}),
             "balanced: the loss of an example is weighed by how rare its class is");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers and directions"},
            {"embedding", Kind::embedding, "", true, "vectors of the tokens; none: the data are vectors"},
            {"attention", Kind::attention, "", true, "score of pooling 'attention'; none: a learned linear map"}};
  }

  Classifier(const Options& options, ModelContext& context) : options_(options), classes_(context.outputs) {
    inputs_ = context.inputs("embedding", "embedding");
    stack_ = context.stack("cell", "encoder", inputs_.width(),
                           {options.units, options.layers, options.bidirectional, options.dropout});
    if (options.pooling == "attention") {
      score_ = context.attention("attention", "attention", options.units, options.units);
      if (score_ != nullptr) {
        query_ = context.parameter("query", {1, options.units});
      } else {
        plain_score_ = context.linear("attention", options.units, 1, no_bias);
      }
    }
    output_ = context.linear("output", options.units, classes_);
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
    const Var inputs = dropout(inputs_(tape, batch.inputs), options_.dropout);
    const auto encoded = stack_(inputs, batch.inputs.lengths());
    return output_(dropout(pooled(encoded, batch.inputs.lengths()), options_.dropout));
  }

 private:
  /// -> [B, units]
  Var pooled(const RecurrentStack::Result& encoded, std::span<const int> lengths) const {
    if (options_.pooling == "last") return encoded.last;
    Tape& tape = encoded.last.tape();
    const Shape shape = encoded.outputs.shape();  // [T, B, units]
    if (options_.pooling == "max") {
      Var largest = at(encoded.outputs, 0);
      for (int t = 1; t < shape[0]; ++t) {
        const Var larger = pointwise([](auto a, auto b) { return max(a, b); }, largest, at(encoded.outputs, t));
        largest = choose(step_mask(tape, lengths, t), State(larger), State(largest))[0];
      }
      return largest;
    }
    const Var memory = swap_outer(encoded.outputs);  // [B, T, units]
    Var scores;                                      // [B, 1, T]; equal ones give the mean
    if (options_.pooling == "mean") {
      scores = tape.zeros({shape[1], 1, shape[0]});
    } else if (score_ == nullptr) {
      scores = reshape(plain_score_(memory), {shape[1], 1, shape[0]});
    } else {
      const Var query =
          pointwise([](auto q, auto zero) { return q + zero; }, query_, tape.zeros({shape[1], options_.units}));
      scores = score_->score(reshape(query, {shape[1], 1, options_.units}), score_->keys(memory));
    }
    return reshape(attend(scores, memory, lengths).context, {shape[1], options_.units});
  }

  Options options_;
  int classes_;
  std::vector<double> weights_;  // of the classes
  InputLayer inputs_;
  RecurrentStack stack_;
  std::unique_ptr<AttentionScore> score_;
  Parameter query_;
  Linear plain_score_, output_;
};

}  // namespace

SEQLAB_MODEL(Classifier, "classifier")
