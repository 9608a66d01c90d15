#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// A recurrent language model (Mikolov et al., 2010) of cells above each other with dropout between them (Zaremba et al.,
/// 2014). Tied: the output's weights are the embedding's vectors (Press and Wolf, 2017; Inan et al., 2017).
class RecurrentLanguageModel final : public NextTokenModel {
 public:
  struct Options : LayerOptions {
    Options() {
      units = 200;
      layers = 2;
    }
    bool tied = false;
  };
  static Schema<Options> schema() {
    return layer_schema<Options>("cells over the tokens before, to a score for every token that may come next")
        .add("tied", &Options::tied, "the output's weights are the embedding's vectors");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of all layers"},
            {"embedding", Kind::embedding, "", false, "vectors of the tokens"}};
  }

  RecurrentLanguageModel(const Options& options, ModelContext& context) {
    embedding_ = context.embedding("embedding", "embedding", context.source, options.tied);
    const auto inputs = static_cast<int>(embedding_.dimension());
    layers_ = context.layers("cell", "layers", inputs, options);
    output_ = options.tied ? TokenOutput(context.parameters(), "output", options.units, embedding_)
                           : TokenOutput(context.parameters(), "output", options.units, context.outputs);
  }

  BatchLoss loss(Tape& tape, const LanguageBatch& batch, CarriedState& state) override {
    const Var scores = predict(tape, batch.in, state);
    const std::vector<int> targets = targets_of(batch.out);
    const auto tokens = targets.size() - static_cast<std::size_t>(std::count(targets.begin(), targets.end(), -1));
    const auto entropy = cross_entropy(scores, targets, 1.0 / static_cast<double>(std::max<std::size_t>(1, tokens)));
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  Var predict(Tape& tape, const IdSequences& in, CarriedState& state) override {
    const Var words = layers_.drop(embedding_(tape, in.ids, in.steps, in.batch));
    const Layered read = layers_(words, in.lengths, state.empty() ? layers_.initial(tape, in.batch) : state.on(tape));
    state.take(read.final);
    return output_(layers_.drop(read.outputs));
  }

 private:
  Embedder embedding_;
  Layers layers_;
  TokenOutput output_;
};

}  // namespace

SEQLAB_MODEL(RecurrentLanguageModel, "language_model")
