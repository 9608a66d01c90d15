#include <seqlab/model.h>

namespace {
using namespace seqlab;

/// Encoder and decoder (Sutskever et al., 2014), with attention over the encoder's outputs (Bahdanau et al., 2015; Luong et
/// al., 2015). Without attention the decoder starts from the encoder's last output and sees it at every step (Cho et al.,
/// 2014).
class Seq2Seq final : public TranslateModel {
 public:
  struct Options {
    int units = 128;
    bool bidirectional = true;
    int encoder_layers = 1;
    int decoder_layers = 1;
    bool residual = false;
    std::string bridge = "linear";
    std::string wiring = "input_feeding";
    bool context_at_steps = true;
    std::string tied = "none";
    double dropout = 0.0;
    double label_smoothing = 0.0;
    double scheduled_sampling = 0.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("encoder and decoder, with attention or a fixed context vector between them")
        .add("units", &Options::units, in_range(2, 65536),
             "width of the decoder, and of the encoder (both directions together)")
        .add("bidirectional", &Options::bidirectional, "read the source in both directions")
        .add("encoder_layers", &Options::encoder_layers, in_range(1, 64), "cells above each other that read")
        .add("decoder_layers", &Options::decoder_layers, in_range(1, 64), "cells above each other that write")
        .add("residual", &Options::residual, "each layer but the first adds what it reads to its output (Wu et al., 2016)")
        .add("bridge", &Options::bridge, one_of({"linear", "copy", "zero"}),
             "where the decoder starts: tanh of a linear map of the encoder's last output; the encoder's final states; zero")
        .add("wiring", &Options::wiring, one_of({"input_feeding", "after", "before"}),
             "with attention: asked after the step, its output fed to the next (Luong et al.) or not; asked before it "
             "(Bahdanau et al.)")
        .add("context_at_steps", &Options::context_at_steps,
             "without attention: each step sees the encoder's last output, not the start alone")
        .add("tied", &Options::tied, one_of({"none", "output", "all"}),
             "one table for the target's embedding and the output; all: and for the source, which needs one vocabulary")
        .add("dropout", &Options::dropout, in_range(0, 0.95),
             "share of the numbers of embeddings, between layers and of attentional outputs left out in training")
        .add("label_smoothing", &Options::label_smoothing, in_range(0, 0.95),
             "share of the target that is spread over all tokens in training (Szegedy et al., 2016)")
        .add("scheduled_sampling", &Options::scheduled_sampling, in_range(0, 1),
             "share of the decoder's inputs in training that are its own most probable tokens (Bengio et al., 2015)")
        .demand(
            "units", [](const Options& o) { return !o.bidirectional || o.units % 2 == 0; },
            "model.seq2seq.units must be even where bidirectional = true: each direction has half of them")
        .demand(
            "bridge", [](const Options& o) { return o.bridge != "copy" || o.encoder_layers == o.decoder_layers; },
            "model.seq2seq.bridge = \"copy\" needs as many encoder_layers as decoder_layers")
        .used(
            {"residual"}, [](const Options& o) { return o.encoder_layers > 1 || o.decoder_layers > 1; },
            "encoder and decoder have one layer");
  }
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of encoder and decoder"},
            {"encoder_cell", Kind::cell, "cell", false, "cell of the encoder alone"},
            {"decoder_cell", Kind::cell, "cell", false, "cell of the decoder alone"},
            {"attention", Kind::attention, "", true, "score; none: the fixed context vector"},
            {"embedding", Kind::embedding, "", false, "vectors of source and target tokens"},
            {"source_embedding", Kind::embedding, "embedding", false, "vectors of the source tokens alone"},
            {"target_embedding", Kind::embedding, "embedding", false, "vectors of the target tokens alone"}};
  }

  Seq2Seq(const Options& options, ModelContext& context) : options_(options) {
    const int units = options.units;
    target_ = context.embedding("target_embedding", "target_embedding", context.target, options.tied != "none");
    source_ = options.tied == "all" ? shared_with_source(context)
                                    : context.embedding("source_embedding", "source_embedding", context.source);
    LayerOptions encoder;
    encoder.units = units;
    encoder.layers = options.encoder_layers;
    encoder.reading = options.bidirectional ? Reading::both : Reading::forward;
    encoder.dropout = options.dropout;
    encoder.residual = options.residual;
    encoder_ = context.layers("encoder_cell", "encoder", static_cast<int>(source_.dimension()), encoder);
    Attention attention = context.attention("attention", "attention", units, units);
    attends_ = attention.exists();
    if (!attends_ && !options.context_at_steps && options.bridge == "zero") {
      throw UserError(
          "without attention, with bridge = \"zero\" and context_at_steps = false the decoder sees nothing of the source");
    }
    RecurrentDecoderOptions decoder;
    decoder.units = units;
    decoder.layers = options.decoder_layers;
    decoder.dropout = options.dropout;
    decoder.residual = options.residual;
    decoder.wiring = options.wiring == "before"  ? Wiring::before
                     : options.wiring == "after" ? Wiring::after
                                                 : Wiring::input_feeding;
    decoder_ = context.decoder("decoder_cell", "decoder", static_cast<int>(target_.dimension()),
                               !attends_ && options.context_at_steps ? units : 0, decoder, std::move(attention));
    for (int layer = 1; options.bridge == "linear" && layer <= options.decoder_layers; ++layer)
      bridges_.push_back(context.linear("bridge.layer" + std::to_string(layer), units, units));
    output_ = options.tied == "none" ? TokenOutput(context.parameters(), "output", units, context.target.vocabulary->size())
                                     : TokenOutput(context.parameters(), "output", units, target_);
  }

  BatchLoss loss(Tape& tape, const TranslateBatch& batch) override {
    const std::vector<int> targets = targets_of(batch.target_out);
    const auto tokens = std::count_if(targets.begin(), targets.end(), [](int target) { return target >= 0; });
    const auto [memory, state] = read(tape, batch.source);
    const bool sampled = tape.training() && options_.scheduled_sampling > 0;
    const Var logits = sampled
                           ? sampled_logits(tape, batch.target_in, memory, state)
                           : output_(decoder_.outputs(words(tape, batch.target_in), batch.target_in.lengths, memory, state));
    const double smoothing = tape.training() ? options_.label_smoothing : 0.0;
    const auto entropy =
        cross_entropy(logits, targets, 1.0 / static_cast<double>(std::max<std::ptrdiff_t>(tokens, 1)), smoothing);
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  DecoderState encode(Tape& tape, const IdSequences& source) override {
    const auto [memory, state] = read(tape, source);
    return decoder_.pack(memory, state, source.lengths);
  }

  DecoderOutput decode(Tape& tape, std::span<const int> previous, DecoderState& state) override {
    const Var words = at(target_(tape, previous, 1, static_cast<int>(previous.size())), 0);
    const auto said = decoder_.step(words, state);
    return {output_(said.output), said.weights};
  }

 private:
  struct Encoded {
    RecurrentDecoder::Memory memory;
    RecurrentDecoder::State state;
  };

  [[nodiscard]] Embedder shared_with_source(const ModelContext& context) const {
    const Vocabulary& source = *context.source.vocabulary;
    const Vocabulary& target = *context.target.vocabulary;
    bool same = source.size() == target.size();
    for (int id = 0; same && id < source.size(); ++id) same = source.token(id) == target.token(id);
    if (same) return target_;
    throw UserError(
        "model.seq2seq.tied = \"all\" shares one table between source and target, which have vocabularies of "
        "their own here: give them one, or choose \"output\"");
  }

  Var words(Tape& tape, const IdSequences& in) const {
    return dropout(target_(tape, in.ids, in.steps, in.batch), options_.dropout);
  }

  /// The encoder, and the decoder before its first step.
  Encoded read(Tape& tape, const IdSequences& source) const {
    const Var inputs = dropout(source_(tape, source.ids, source.steps, source.batch), options_.dropout);
    const Layered encoded = encoder_(inputs, source.lengths);
    Encoded result;
    if (attends_) {
      result.memory.attended = decoder_.attention().remember(swap_outer(encoded.outputs), source.lengths);
    } else if (options_.context_at_steps) {
      result.memory.fixed = encoded.last;
    }
    result.state = decoder_.start(result.memory, started(tape, encoded, source.batch));
    return result;
  }

  [[nodiscard]] LayerStates started(Tape& tape, const Layered& encoded, int batch) const {
    LayerStates states = decoder_.layers().initial(tape, batch);
    for (std::size_t layer = 0; layer < states.size(); ++layer) {
      std::vector<Var> parts(states[layer].begin(), states[layer].end());
      if (options_.bridge == "linear") parts[0] = tanh(bridges_[layer](encoded.last));
      for (std::size_t i = 0; options_.bridge == "copy" && i < parts.size(); ++i)
        parts[i] = copied(encoded, layer, i, parts[i]);
      states[layer] = State(std::move(parts));
    }
    return states;
  }

  /// Part `i` of the encoder's final state at a layer, its directions side by side.
  [[nodiscard]] Var copied(const Layered& encoded, std::size_t layer, std::size_t i, Var like) const {
    const std::size_t cells = options_.bidirectional ? 2 : 1;
    const State& first = encoded.final[layer * cells];
    const State& last = encoded.final[layer * cells + cells - 1];
    const bool fits =
        i < first.size() && first[i].shape().columns() * static_cast<std::int64_t>(cells) == like.shape().columns();
    if (!fits) {
      throw UserError("model.seq2seq.bridge = \"copy\" needs the same cell in encoder and decoder: choose \"linear\"");
    }
    return cells == 1 ? first[i] : concat({first[i], last[i]});
  }

  /// Step by step: some of the words that are read are the decoder's own.
  Var sampled_logits(Tape& tape, const IdSequences& in, const RecurrentDecoder::Memory& memory,
                     RecurrentDecoder::State state) const {
    Random coin(tape.seed(), tape.next_stream());
    std::vector<Var> logits;
    for (int t = 0; t < in.steps; ++t) {
      std::vector<int> ids;
      for (int b = 0; b < in.batch; ++b) {
        const bool own = t > 0 && coin.uniform() < options_.scheduled_sampling;
        ids.push_back(own ? most_probable(logits.back(), b) : in.at(t, b));
      }
      const Var vectors = dropout(target_(tape, ids, 1, in.batch), options_.dropout);
      logits.push_back(output_(decoder_.step(at(vectors, 0), memory, state).output));
    }
    return stack(logits);
  }

  static int most_probable(Var logits, int row) {
    const Tensor values = logits.value();
    return with_precision(values.precision, [&](auto zero) {
      const auto* first = values.row<decltype(zero)>(row);
      return static_cast<int>(std::max_element(first, first + values.columns()) - first);
    });
  }

  Options options_;
  bool attends_ = false;
  Embedder source_, target_;
  Layers encoder_;
  RecurrentDecoder decoder_;
  std::vector<Linear> bridges_;
  TokenOutput output_;
};

}  // namespace

SEQLAB_MODEL(Seq2Seq, "seq2seq")
