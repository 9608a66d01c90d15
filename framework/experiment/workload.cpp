#include "experiment/workload.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/suggest.h"
#include "plugin/model.h"

namespace seqlab {

Workload::~Workload() = default;

namespace {

std::vector<int> random_ids(std::int64_t count, int vocabulary, std::string_view stream) {
  Random random(1, stream);
  std::vector<int> ids(static_cast<std::size_t>(count));
  for (int& id : ids) id = random.below(vocabulary);
  return ids;
}

IdSequences random_sequences(int steps, int batch, int vocabulary, std::string_view stream) {
  return {steps, batch, random_ids(std::int64_t{steps} * batch, vocabulary, stream),
          std::vector<int>(static_cast<std::size_t>(batch), steps)};
}

/// A vocabulary of `size` ids whose words do not matter.
Vocabulary numbered_words(int size) {
  std::vector<std::vector<std::string>> words(1);
  for (int i = Vocabulary::kSpecial; i < size; ++i) words[0].push_back(fmt::format("w{}", i));
  return Vocabulary::build(words, 1, 0);
}

struct TranslationSizes {
  int source_words, target_words, embedding, units, source_steps, target_steps, batch;
  std::string score, cell;
};

/// Bidirectional encoder, attention decoder with input feeding.
class Translation final : public Workload {
 public:
  Translation(const TranslationSizes& s, const Registry& registry)
      : Workload(std::int64_t{s.source_steps + s.target_steps} * s.batch, "tok"),
        source_(numbered_words(s.source_words)),
        target_(numbered_words(s.target_words)) {
    const Component& component = registry.get(Kind::model, "seq2seq");
    const OptionValues parts{{"cell", s.cell}, {"attention", s.score}, {"embedding", std::string("learned")}};
    const OptionValues settings{{"embedding.learned.dimension", std::int64_t{s.embedding}}};
    ModelContext context(parameters_, registry, component, parts, settings, {&source_, {}}, {&target_, {}}, 1);
    model_ = component.make_model({{"units", std::int64_t{s.units}}}, context);
    translate_ = dynamic_cast<TranslateModel*>(model_.get());
    expect(translate_ != nullptr, "seq2seq translates");
    batch_.source = random_sequences(s.source_steps, s.batch, s.source_words, "source");
    batch_.target_in = random_sequences(s.target_steps, s.batch, s.target_words, "target");
    batch_.target_out = random_sequences(s.target_steps, s.batch, s.target_words, "next");
  }
  Var loss(Tape& tape) override { return translate_->loss(tape, batch_).loss; }

 private:
  Vocabulary source_, target_;
  std::unique_ptr<Model> model_;
  TranslateModel* translate_ = nullptr;
  TranslateBatch batch_;
};

/// A language model around one cell from a plugin.
class LanguageModel final : public Workload {
 public:
  LanguageModel(const std::string& cell, int words, int embedding, int units, int steps, int batch, const Registry& registry)
      : Workload(std::int64_t{steps} * batch, "tok"),
        steps_(steps),
        batch_(batch),
        ids_(random_ids(std::int64_t{steps + 1} * batch, words, "text")),
        lengths_(static_cast<std::size_t>(batch), steps) {
    EmbeddingTable table{false, embedding,
                         std::vector<double>(static_cast<std::size_t>(words) * static_cast<std::size_t>(embedding))};
    Random random(1, "table");
    for (double& value : table.values) value = random.normal();
    embedder_ = Embedder(parameters_, "embedding", words, table);
    CellContext context(parameters_, "cell", embedding, units);
    cell_ = registry.get(Kind::cell, cell).make_cell({}, context);
    output_ = Linear(parameters_, "output", units, words, with_bias);
  }
  Var loss(Tape& tape) override {
    const auto size = static_cast<std::size_t>(steps_ * batch_);
    const std::span<const int> all(ids_);
    const Var words = embedder_(tape, all.first(size), steps_, batch_);
    const Unrolled run = unroll(*cell_, words, lengths_, cell_->initial(tape, batch_), TimeDirection::forward);
    return cross_entropy(output_(run.outputs), all.last(size), 1.0 / static_cast<double>(size)).loss;
  }

 private:
  int steps_, batch_;
  std::vector<int> ids_, lengths_;
  Embedder embedder_;
  std::unique_ptr<Cell> cell_;
  Linear output_;
};

}  // namespace

const std::vector<std::string>& workload_names() {
  static const std::vector<std::string> names{"lm_rnn_char",       "dates_bilstm",    "nmt_lstm_dot",
                                              "nmt_lstm_additive", "nmt_gru_general", "custom_peephole"};
  return names;
}

std::unique_ptr<Workload> make_workload(const std::string& name, const Registry& registry) {
  const auto translation = [&](const TranslationSizes& sizes) { return std::make_unique<Translation>(sizes, registry); };
  if (name == "dates_bilstm") return translation({40, 12, 32, 64, 30, 11, 100, "additive", "lstm"});
  if (name == "nmt_lstm_dot") return translation({17191, 7709, 512, 512, 24, 28, 64, "dot", "lstm"});
  if (name == "nmt_lstm_additive") return translation({17191, 7709, 512, 512, 24, 28, 64, "additive", "lstm"});
  if (name == "nmt_gru_general") return translation({17191, 7709, 512, 512, 24, 28, 64, "general", "gru"});
  if (name == "lm_rnn_char") return std::make_unique<LanguageModel>("rnn", 65, 64, 256, 100, 50, registry);
  if (name == "custom_peephole") return std::make_unique<LanguageModel>("peephole_lstm", 65, 64, 256, 100, 50, registry);
  throw UserError(fmt::format("no workload named '{}'; {}", name, suggestion(name, workload_names())));
}

}  // namespace seqlab
