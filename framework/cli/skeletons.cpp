#include "cli/skeletons.h"

#include <array>
#include <utility>

#include "core/error.h"

namespace seqlab {
namespace {

// In each text @NAME@ stands for the component's name and @CLASS@ for its class.

constexpr std::string_view kCell = R"txt(#include <seqlab/cell.h>

namespace {
using namespace seqlab;

/// One gate mixes the last output h with a candidate. A start: write your own equations into step().
class @CLASS@ final : public Cell {
 public:
  struct Options {
    double keep_bias = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("one gate between the last output and a candidate")
        .add("keep_bias", &Options::keep_bias, in_range(-10, 10), "start value of the gate's bias: how much is kept");
  }

  @CLASS@(const Options& options, CellContext& context)
      : units_(context.units),
        input_(context.linear("input", context.input_size, 2 * units_)),
        recurrent_(context.linear("recurrent", units_, 2 * units_, no_bias, init::orthogonal())) {
    input_.start_bias(0, units_, options.keep_bias);
  }

  /// Before the first step. Here the state is one part, h [batch, units]; with a memory beside it, it would be two.
  State initial(Tape& tape, int batch) const override { return zero_state(tape, batch, units_, 1); }

  /// What does not depend on the state, for the whole sequence at once. Columns: gate, candidate.
  Var project(Var inputs) const override { return input_(inputs); }

  /// One time step: the equations, on plain numbers. The gradient is the compiler's business.
  State step(Var x, const State& s) const override {
    return pointwise(
        [](auto gate, auto candidate, auto h) {
          auto next = tanh(candidate);
          return next + sigmoid(gate) * (h - next);
        },
        split<2>(x + recurrent_(s[0])), s[0]);
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

}  // namespace

SEQLAB_CELL(@CLASS@, "@NAME@")
)txt";

constexpr std::string_view kAttention = R"txt(#include <seqlab/attention.h>

#include <cmath>

namespace {
using namespace seqlab;

/// q . W m over the root of its width. A start: write your own score. Masking, normalising and summing are the host's.
class @CLASS@ final : public AttentionScore {
 public:
  struct Options {
    double sharpness = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("dot product of the query with the mapped memory")
        .add("sharpness", &Options::sharpness, in_range(0.01, 100), "factor of the score: how clearly the best one wins");
  }

  @CLASS@(const Options& options, AttentionContext& context)
      : scale_(options.sharpness / std::sqrt(static_cast<double>(context.query_size))),
        keys_(context.linear("keys", context.memory_size, context.query_size, no_bias)) {}

  /// Once a sentence: memory [batch, positions, memory_size] to keys of any width.
  Var keys(Var memory) const override { return keys_(memory); }

  /// query [batch, queries, query_size] and keys [batch, positions, width] to scores [batch, queries, positions].
  Var score(Var query, Var keys) const override { return scale_ * batched_product(query, false, keys, true); }

 private:
  double scale_;
  Linear keys_;
};

}  // namespace

SEQLAB_ATTENTION(@CLASS@, "@NAME@")
)txt";

constexpr std::string_view kEmbedding = R"txt(#include <seqlab/embedding.h>

#include <cmath>

namespace {
using namespace seqlab;

/// Random vectors that are the longer, the rarer their word is in the training sentences. A start: write your own fit().
class @CLASS@ final : public Embedding {
 public:
  struct Options {
    int dimension = 64;
    double deviation = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("random vectors, longer for rarer words, learned with the model")
        .add("dimension", &Options::dimension, in_range(1, 65536), "numbers a word")
        .add("deviation", &Options::deviation, in_range(0, 10), "standard deviation of the rarest words' start values");
  }

  @CLASS@(const Options& options, EmbeddingContext&) : options_(options) {}

  /// The table [words, dimension], row by row, that training starts from.
  EmbeddingTable fit(const EmbeddingContext& context) const override {
    EmbeddingTable table{false, options_.dimension, {}};
    Random random(context.seed, context.scope);
    for (const auto count : context.corpus.counts()) {
      const double deviation = options_.deviation / std::sqrt(1 + std::log1p(static_cast<double>(count)));
      for (int i = 0; i < options_.dimension; ++i)
        table.values.push_back(static_cast<float>(deviation * random.normal()));
    }
    return table;
  }

 private:
  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(@CLASS@, "@NAME@")
)txt";

constexpr std::string_view kModel = R"txt(#include <seqlab/model.h>

#include <algorithm>

namespace {
using namespace seqlab;

/// Encoder and decoder; between them attention, or only the encoder's last output. A start: write your own loss, encode
/// and decode.
class @CLASS@ final : public TranslateModel {
 public:
  struct Options {
    int units = 64;
  };
  static Schema<Options> schema() {
    return Schema<Options>("encoder and decoder in one direction, with or without attention")
        .add("units", &Options::units, in_range(1, 65536), "width of encoder and decoder");
  }
  /// What an experiment fills in table [parts].
  static std::vector<Slot> slots() {
    return {{"cell", Kind::cell, "", false, "cell of encoder and decoder"},
            {"attention", Kind::attention, "", true, "score; none: the encoder's last output"},
            {"embedding", Kind::embedding, "", false, "vectors of source and target tokens"}};
  }

  @CLASS@(const Options& options, ModelContext& context) {
    const int units = options.units;
    source_ = context.embedding("embedding", "source_embedding", context.source);
    target_ = context.embedding("embedding", "target_embedding", context.target);
    encoder_ = context.layers("cell", "encoder", static_cast<int>(source_.dimension()), {units});
    Attention attention = context.attention("attention", "attention", units, units);
    attends_ = attention.exists();
    decoder_ = context.decoder("cell", "decoder", static_cast<int>(target_.dimension()), attends_ ? 0 : units, {units},
                               std::move(attention));
    output_ = context.linear("output", units, context.target.vocabulary->size());
  }

  /// Teacher forcing: each step sees the true previous token. Positions behind a sentence's end count for nothing (-1).
  BatchLoss loss(Tape& tape, const TranslateBatch& batch) override {
    const IdSequences& in = batch.target_in;
    const auto [memory, state] = read(tape, batch.source);
    const Var words = target_(tape, in.ids, in.steps, in.batch);
    const Var outputs = decoder_.outputs(words, in.lengths, memory, state);
    const std::vector<int> targets = targets_of(batch.target_out);
    const auto tokens = std::count_if(targets.begin(), targets.end(), [](int target) { return target >= 0; });
    const double share = 1.0 / static_cast<double>(std::max<std::int64_t>(tokens, 1));
    const auto entropy = cross_entropy(output_(outputs), targets, share);
    return {entropy.loss, entropy.nats, entropy.tokens, entropy.correct};
  }

  /// For prediction: what the steps go on from. Searches reorder and drop rows of the state as they need.
  DecoderState encode(Tape& tape, const IdSequences& source) override {
    const auto [memory, state] = read(tape, source);
    return decoder_.pack(memory, state, source.lengths);
  }

  /// One step of all hypotheses: scores for every word that may come next.
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

  /// The encoder, and the decoder before its first step: from zeros.
  Encoded read(Tape& tape, const IdSequences& source) const {
    const Layered encoded = encoder_(source_(tape, source.ids, source.steps, source.batch), source.lengths);
    Encoded result;
    if (attends_) {
      result.memory.attended = decoder_.attention().remember(swap_outer(encoded.outputs), source.lengths);
    } else {
      result.memory.fixed = encoded.last;
    }
    result.state = decoder_.start(result.memory, decoder_.layers().initial(tape, source.batch));
    return result;
  }

  Embedder source_, target_;
  Layers encoder_;
  RecurrentDecoder decoder_;
  Linear output_;
  bool attends_ = false;
};

}  // namespace

SEQLAB_MODEL(@CLASS@, "@NAME@")
)txt";

constexpr std::string_view kExperiment =
    R"txt(# Which cell translates dates best, with and without attention?   12 runs, about a minute on 2 cores
name   = "@NAME@"
metric = "valid/exact"              # what the best epoch is chosen by, and what comparisons rank by

[data]
task       = "translate"
source     = "dates"                # a generator; `seqlab data list` names what else there is
tokens     = "character"
train_size = 2000
valid_size = 200
test_size  = 200

[parts]                             # which plugin fills which slot of the model; `seqlab plugins` lists them
model     = "seq2seq"
embedding = "learned"

[grid]                              # only here lists sweep
attention = ["none", "additive"]
cell      = ["lstm", "gru"]
seed      = 3                       # 1, 2, 3

[model.seq2seq]                     # options of one plugin: `seqlab plugins model/seq2seq`
units = 64

[embedding.learned]
dimension = 32

[train]
epochs    = 10
batch     = 50
optimizer = { name = "adam", rate = 4e-3 }
)txt";

/// "my_cell" -> "MyCellPlugin": the ending keeps it apart from the names of the framework ("linear", "model").
std::string class_name(const std::string& name) {
  std::string out;
  bool up = true;
  for (const char c : name) {
    if (c == '_') {
      up = true;
      continue;
    }
    out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    up = false;
  }
  return out + "Plugin";
}

void replace_all(std::string& text, std::string_view place, const std::string& by) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + by.size())) {
    text.replace(at, place.size(), by);
  }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSkeletons{
    {{"cell", kCell}, {"attention", kAttention}, {"embedding", kEmbedding}, {"model", kModel}, {"experiment", kExperiment}}};

}  // namespace

const std::vector<std::string>& skeleton_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (const auto& [kind, text] : kSkeletons) names.emplace_back(kind);
    return names;
  }();
  return kinds;
}

std::string skeleton(std::string_view kind, const std::string& name) {
  for (const auto& [known, text] : kSkeletons) {
    if (known != kind) continue;
    std::string out(text);
    replace_all(out, "@NAME@", name);
    replace_all(out, "@CLASS@", class_name(name));
    return out;
  }
  throw InternalError("no skeleton of this kind");
}

}  // namespace seqlab
