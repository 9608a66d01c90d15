#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A recurrent language model (Mikolov et al., 2010) of cells above each other with dropout between them (Zaremba et al.,
/// 2014). Tied: the output's weights are the embedding's vectors (Press and Wolf, 2017; Inan et al., 2017).
class RecurrentLanguageModel final : public NextTokenModel {
 public:
  struct Options {
    int units = 200;
    int layers = 2;
    double dropout = 0.0;
    bool tied = false;
  };
  static Schema<Options> schema() {
    return Schema<Options>("cells over the tokens before, to a score for every token that may come next")
        .add("units", &Options::units, in_range(1, 65536), "width of a layer")
        .add("layers", &Options::layers, in_range(1, 64), "cells above each other")
        .add("dropout", &Options::dropout, in_range(0, 0.95),
             "share of inputs, of outputs between layers and of the last outputs left out in training")
        .add("tied", &Options::tied, "the output's weights are the embedding's vectors");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers"},
            {"embedding", Kind::embedding, "", false, "vectors of the tokens"}};
  }

  RecurrentLanguageModel(const Options& options, ModelContext& context) : options_(options) {
    embedding_ = context.embedding("embedding", "embedding", context.source);
    const auto inputs = static_cast<int>(embedding_.dimension());
    LayerOptions layers;
    layers.units = options.units;
    layers.layers = options.layers;
    layers.dropout = options.dropout;
    layers_ = context.layers("cell", "layers", inputs, layers);
    if (!options.tied) {
      output_ = context.linear("output", options.units, context.outputs);
      return;
    }
    if (context.parameters().find("embedding") == nullptr) {
      throw UserError("model.language_model.tied = true needs an embedding with a table of vectors, such as \"learned\"");
    }
    table_ = Parameter(context.parameters().find("embedding"));
    // Narrower vectors are met by a linear map of the outputs.
    const std::int64_t width = table_.leaf().value.columns();
    if (width != options.units) narrow_ = context.linear("narrow", options.units, width, no_bias);
    bias_ = context.parameter("output.bias", {context.outputs}, init::zeros());
  }

  BatchLoss loss(Tape& tape, const LanguageBatch& batch, CarriedState& state) override {
    const Var scores = predict(tape, batch.in, state);
    const std::vector<int> targets = targets_of(batch.out);
    const auto tokens = targets.size() - static_cast<std::size_t>(std::count(targets.begin(), targets.end(), -1));
    const auto entropy = cross_entropy(scores, targets, 1.0 / static_cast<double>(std::max<std::size_t>(1, tokens)));
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  Var predict(Tape& tape, const IdSequences& in, CarriedState& state) override {
    const Var words = dropout(embedding_(tape, in.ids, in.steps, in.batch), options_.dropout);
    const Layered read = layers_(words, in.lengths, state.empty() ? layers_.initial(tape, in.batch) : state.on(tape));
    state.take(read.final);
    const Var outputs = dropout(read.outputs, options_.dropout);
    return options_.tied ? tied_scores(outputs) : output_(outputs);
  }

 private:
  /// outputs [T, B, units] -> [T, B, V]
  Var tied_scores(Var outputs) const {
    Tape& tape = outputs.tape();
    const Var table = table_.on(tape);
    const Shape words = table.shape();
    const std::int64_t steps = outputs.shape()[0], batch = outputs.shape()[1];
    const Var narrow = words.columns() == options_.units ? outputs : narrow_(outputs);
    const Var rows = reshape(narrow, {1, steps * batch, words.columns()});
    const Var scores = batched_product(rows, false, reshape(table, {1, words.rows(), words.columns()}), true);
    return pointwise([](auto s, auto b) { return s + b; }, reshape(scores, {steps, batch, words.rows()}), bias_);
  }

  Options options_;
  Embedder embedding_;
  Layers layers_;
  Linear output_, narrow_;
  Parameter table_, bias_;
};

}  // namespace

SEQLAB_MODEL(RecurrentLanguageModel, "language_model")
