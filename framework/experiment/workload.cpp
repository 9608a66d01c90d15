#include "experiment/workload.h"

#include <fmt/format.h>

#include <algorithm>

#include "autodiff/pool.h"
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

Layers cell_layers(ParameterSet& parameters, const Registry& registry, const std::string& cell, int inputs,
                   const LayerOptions& options) {
  const Component& component = registry.get(Kind::cell, cell);
  return {parameters, "layers", inputs, options,
          [&](const std::string& name, int columns, int units) -> std::unique_ptr<Recurrence> {
            CellContext context(parameters, name, columns, units);
            return component.make_cell({}, context);
          }};
}

struct LanguageSizes {
  std::string cell;
  int words, embedding, units, layers, steps, batch;
};

/// A language model around layers of a cell from a plugin.
class LanguageModel final : public Workload {
 public:
  LanguageModel(const LanguageSizes& s, const Registry& registry)
      : Workload(std::int64_t{s.steps} * s.batch, "tok"),
        steps_(s.steps),
        batch_(s.batch),
        ids_(random_ids(std::int64_t{s.steps + 1} * s.batch, s.words, "text")),
        lengths_(static_cast<std::size_t>(s.batch), s.steps) {
    EmbeddingTable table{false, s.embedding,
                         std::vector<float>(static_cast<std::size_t>(s.words) * static_cast<std::size_t>(s.embedding))};
    Random random(1, "table");
    for (float& value : table.values) value = static_cast<float>(random.normal());
    embedder_ = Embedder(parameters_, "embedding", s.words, table);
    LayerOptions options;
    options.units = s.units;
    options.layers = s.layers;
    layers_ = cell_layers(parameters_, registry, s.cell, s.embedding, options);
    output_ = Linear(parameters_, "output", s.units, s.words, with_bias);
  }
  Var loss(Tape& tape) override {
    const auto size = static_cast<std::size_t>(steps_ * batch_);
    const std::span<const int> all(ids_);
    const Var words = embedder_(tape, all.first(size), steps_, batch_);
    const Var outputs = layers_(words, lengths_).outputs;
    return cross_entropy(output_(outputs), all.last(size), 1.0 / static_cast<double>(size)).loss;
  }

 private:
  int steps_, batch_;
  std::vector<int> ids_, lengths_;
  Embedder embedder_;
  Layers layers_;
  Linear output_;
};

struct ClassifierSizes {
  std::string cell;
  int features, units, classes, steps, batch;
};

/// A layer that reads both ways with `units` each, the mean of its outputs, a class.
class Classifier final : public Workload {
 public:
  Classifier(const ClassifierSizes& s, const Registry& registry)
      : Workload(s.batch, "seq"),
        shape_{s.steps, s.batch, s.features},
        classes_(random_ids(s.batch, s.classes, "classes")),
        lengths_(static_cast<std::size_t>(s.batch), s.steps) {
    Random random(1, "features");
    features_.resize(static_cast<std::size_t>(shape_.elements()));
    for (float& value : features_) value = static_cast<float>(random.normal());
    LayerOptions options;
    options.units = 2 * s.units;
    options.reading = Reading::both;
    layers_ = cell_layers(parameters_, registry, s.cell, s.features, options);
    output_ = Linear(parameters_, "output", 2 * s.units, s.classes, with_bias);
  }
  Var loss(Tape& tape) override {
    const Var inputs = tape.result(shape_, false);
    std::ranges::copy(features_, inputs.value().row<float>(0));
    const Var mean = mean_over_time(layers_(inputs, lengths_).outputs, lengths_);
    return cross_entropy(output_(mean), classes_, 1.0 / static_cast<double>(classes_.size())).loss;
  }

 private:
  Shape shape_;
  std::vector<int> classes_, lengths_;
  std::vector<float> features_;
  Layers layers_;
  Linear output_;
};

}  // namespace

const std::vector<std::string>& workload_names() {
  static const std::vector<std::string> names{"lm_lstm_small",  "lm_lstm_medium", "lm_gru_medium",     "lm_rnn_char",
                                              "lm_lstm_char",   "lm_rnnlm_dynet", "clf_bigru",         "clf_bilstm_video",
                                              "dates_bilstm",   "nmt_lstm_dot",   "nmt_lstm_additive", "nmt_gru_general",
                                              "custom_peephole"};
  return names;
}

std::unique_ptr<Workload> make_workload(const std::string& name, const Registry& registry) {
  const auto translation = [&](const TranslationSizes& sizes) { return std::make_unique<Translation>(sizes, registry); };
  const auto language = [&](const LanguageSizes& sizes) { return std::make_unique<LanguageModel>(sizes, registry); };
  const auto classifier = [&](const ClassifierSizes& sizes) { return std::make_unique<Classifier>(sizes, registry); };
  if (name == "lm_lstm_small") return language({"lstm", 10000, 200, 200, 2, 20, 20});
  if (name == "lm_lstm_medium") return language({"lstm", 10000, 650, 650, 2, 35, 20});
  if (name == "lm_gru_medium") return language({"gru", 10000, 650, 650, 2, 35, 20});
  if (name == "lm_rnn_char") return language({"rnn", 65, 64, 256, 1, 100, 50});
  if (name == "lm_lstm_char") return language({"lstm", 65, 64, 256, 1, 100, 50});  // what custom_peephole is held against
  if (name == "lm_rnnlm_dynet") return language({"lstm", 10000, 128, 256, 1, 22, 64});
  if (name == "clf_bigru") return classifier({"gru", 9, 64, 6, 128, 64});
  if (name == "clf_bilstm_video") return classifier({"lstm", 2048, 256, 101, 30, 32});
  if (name == "custom_peephole") return language({"peephole_lstm", 65, 64, 256, 1, 100, 50});
  if (name == "dates_bilstm") return translation({40, 12, 32, 64, 30, 11, 100, "additive", "lstm"});
  if (name == "nmt_lstm_dot") return translation({17191, 7709, 512, 512, 24, 28, 64, "dot", "lstm"});
  if (name == "nmt_lstm_additive") return translation({17191, 7709, 512, 512, 24, 28, 64, "additive", "lstm"});
  if (name == "nmt_gru_general") return translation({17191, 7709, 512, 512, 24, 28, 64, "general", "gru"});
  throw UserError(fmt::format("no workload named '{}'; {}", name, suggestion(name, workload_names())));
}

}  // namespace seqlab
