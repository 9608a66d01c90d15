#include <seqlab/model.h>

namespace {
using namespace seqlab;

/// Encoder and decoder (Sutskever et al., 2014), with attention over the encoder's outputs (Bahdanau et al., 2015; Luong et
/// al., 2015). Without attention the decoder sees the fixed context vector, the encoder's last output, at every step (Cho et
/// al., 2014).
class Seq2Seq final : public TranslateModel {
 public:
  struct Options {
    int units = 128;
    bool bidirectional = true;
    bool input_feeding = true;
    double dropout = 0.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("encoder and decoder, with attention or a fixed context vector between them")
        .add("units", &Options::units, in_range(2, 65536),
             "width of the decoder, and of the encoder (both directions together)")
        .add("bidirectional", &Options::bidirectional, "read the source in both directions")
        .add("input_feeding", &Options::input_feeding, "the decoder also sees its last attentional output (Luong et al.)")
        .add("dropout", &Options::dropout, in_range(0, 0.95),
             "share of embedding and attentional output numbers left out in training")
        .demand(
            "units", [](const Options& o) { return !o.bidirectional || o.units % 2 == 0; },
            "model.seq2seq.units must be even where bidirectional = true: each direction has half of them");
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
    const int width = options.bidirectional ? units / 2 : units;
    source_ = context.embedding("source_embedding", "source_embedding", context.source);
    target_ = context.embedding("target_embedding", "target_embedding", context.target);
    const int inputs = static_cast<int>(source_.dimension());
    forward_ = context.cell("encoder_cell", "encoder.forward", inputs, width);
    if (options.bidirectional) backward_ = context.cell("encoder_cell", "encoder.backward", inputs, width);
    score_ = context.attention("attention", "attention", units, units);
    const int fed = options.input_feeding || score_ == nullptr ? units : 0;
    decoder_ = context.cell("decoder_cell", "decoder", static_cast<int>(target_.dimension()) + fed, units);
    bridge_ = context.linear("bridge", units, units);
    combine_ = context.linear("combine", 2 * units, units);
    output_ = context.linear("output", units, context.target.vocabulary->size());
  }

  BatchLoss loss(Tape& tape, const TranslateBatch& batch) override {
    const IdSequences& in = batch.target_in;
    Decoder decoder = start(tape, batch.source);
    const Var words = dropout(target_(tape, in.ids, in.steps, in.batch), options_.dropout);
    std::vector<Var> outputs;
    for (int t = 0; t < in.steps; ++t) outputs.push_back(advance(decoder, at(words, t)));
    std::vector<int> targets(batch.target_out.ids);
    std::int64_t tokens = 0;
    for (int t = 0; t < in.steps; ++t) {
      for (int b = 0; b < in.batch; ++b) {
        const bool real = t < batch.target_out.lengths[static_cast<std::size_t>(b)];
        tokens += real ? 1 : 0;
        if (!real) targets[static_cast<std::size_t>(t * in.batch + b)] = -1;
      }
    }
    const auto entropy =
        cross_entropy(output_(stack(outputs)), targets, 1.0 / static_cast<double>(std::max<std::int64_t>(tokens, 1)));
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  DecoderState encode(Tape& tape, const IdSequences& source) override {
    const Decoder decoder = start(tape, source);
    DecoderState state;
    state.lengths = source.lengths;
    state.hypotheses.assign(decoder.state.begin(), decoder.state.end());
    state.hypotheses.push_back(decoder.fed);
    if (score_ == nullptr) {
      state.hypotheses.push_back(decoder.context);
    } else {
      state.sentences = {decoder.memory.memory, decoder.memory.keys};
    }
    return state;
  }

  DecoderOutput decode(Tape& tape, std::span<const int> previous, DecoderState& state) override {
    Decoder decoder;
    auto& rows = state.hypotheses;
    if (score_ == nullptr) {
      decoder.context = rows.back();
      rows.pop_back();
    } else {
      decoder.memory = {state.sentences[0], state.sentences[1], state.lengths};
    }
    decoder.fed = rows.back();
    rows.pop_back();
    decoder.state = State(rows);
    const Var output = advance(decoder, at(target_(tape, previous, 1, static_cast<int>(previous.size())), 0));
    rows.assign(decoder.state.begin(), decoder.state.end());
    rows.push_back(decoder.fed);
    if (score_ == nullptr) rows.push_back(decoder.context);
    return {output_(output), decoder.weights};
  }

 private:
  struct Decoder {
    State state;
    AttentionMemory memory;  // without attention: not asked
    Var context;             // without attention: the fixed context vector [R, units]
    Var fed;                 // the last attentional output [R, units]
    Var weights;             // with attention: of the last step, [R, S]
  };

  Decoder start(Tape& tape, const IdSequences& source) const {
    const Var words = dropout(source_(tape, source.ids, source.steps, source.batch), options_.dropout);
    const auto run = [&](const Cell& cell, TimeDirection direction) {
      return unroll(cell, words, source.lengths, cell.initial(tape, source.batch), direction);
    };
    Unrolled encoded = run(*forward_, TimeDirection::forward);
    Var last = encoded.final[0];
    Var outputs = encoded.outputs;
    if (backward_ != nullptr) {
      const Unrolled backward = run(*backward_, TimeDirection::backward);
      last = concat({last, backward.final[0]});
      outputs = concat({outputs, backward.outputs});
    }
    Decoder decoder;
    const Var bridge = tanh(bridge_(last));
    std::vector<Var> state{bridge};
    const State zeros = decoder_->initial(tape, source.batch);
    for (std::size_t i = 1; i < zeros.size(); ++i) state.push_back(zeros[i]);
    decoder.state = State(std::move(state));
    if (score_ != nullptr) {
      decoder.memory = remember(*score_, swap_outer(outputs), source.lengths);
      decoder.fed = tape.zeros({source.batch, options_.units});
    } else {
      decoder.context = last;
      decoder.fed = last;
    }
    return decoder;
  }

  /// One step on the previous token's vectors [R, E]: the attentional output tanh(W [context; h]), [R, units]. The R / B
  /// hypotheses of a sentence ask its memory side by side.
  Var advance(Decoder& decoder, Var word) const {
    const bool feeds = options_.input_feeding || score_ == nullptr;
    decoder.state = decoder_->step(decoder_->project(feeds ? concat({word, decoder.fed}) : word), decoder.state);
    const Var h = decoder.state[0];
    Var context = decoder.context;
    if (score_ != nullptr) {
      const std::int64_t rows = h.shape()[0];
      const std::int64_t sentences = decoder.memory.memory.shape()[0];
      const Attended found = attend(*score_, reshape(h, {sentences, rows / sentences, options_.units}), decoder.memory);
      context = reshape(found.context, {rows, options_.units});
      decoder.weights = reshape(found.weights, {rows, found.weights.shape()[2]});
    }
    const Var output = dropout(tanh(combine_(concat({context, h}))), options_.dropout);
    if (score_ != nullptr) decoder.fed = output;
    return output;
  }

  Options options_;
  Embedder source_, target_;
  std::unique_ptr<Cell> forward_, backward_, decoder_;
  std::unique_ptr<AttentionScore> score_;
  Linear bridge_, combine_, output_;
};

}  // namespace

SEQLAB_MODEL(Seq2Seq, "seq2seq")
