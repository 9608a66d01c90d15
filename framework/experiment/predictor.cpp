#include "experiment/predictor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/tokenizer.h"
#include "data/translate_task.h"
#include "data/tree.h"
#include "experiment/batching.h"
#include "experiment/train_options.h"
#include "experiment/translator.h"
#include "nn/checkpoint.h"
#include "plugin/sampling.h"

namespace seqlab {
namespace {

constexpr int kBatch = 64;
using Texts = std::map<std::string, std::string>;

std::vector<std::string> list_of(const std::string& json) {
  try {
    return nlohmann::json::parse(json).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception& error) {
    throw EnvironmentError(fmt::format("the stored classes are damaged: {}", error.what()));
  }
}

Precision precision_of_run(const RunSpec& spec) {
  const TrainOptions train = train_schema().read(settings_below(spec.settings, "train."));
  return train.precision == "f64" ? Precision::f64 : Precision::f32;
}

/// A model that has its weights from a file.
template <class TaskModel>
class Stored {
 public:
  Stored(const RunSpec& spec, const Registry& registry, const std::string& file,
         const CheckpointFolder::Description& description, const std::function<void(ModelContext&)>& describe)
      : parameters_(precision_of_run(spec), static_cast<std::uint64_t>(spec.seed), Starts::left_out),
        tape_(parameters_.precision(), false) {
    if (to_text(spec.settings.at("train.precision")) == "bf16") parameters_.set_rounding(Rounding::bf16);
    const auto& name = std::get<std::string>(spec.settings.at("parts.model"));
    const Component& component = registry.get(Kind::model, name);
    ModelContext context(parameters_, registry, component, settings_below(spec.settings, "parts."), spec.settings, {}, {},
                         static_cast<std::uint64_t>(spec.seed));
    context.stored_columns = [&](const std::string& parameter, const Component& /*embedding*/) -> std::int64_t {
      const auto found = description.shapes.find(parameter);
      return found == description.shapes.end() ? 0 : found->second.back();
    };
    describe(context);
    model_ = component.make_model(settings_below(spec.settings, fmt::format("model.{}.", name)), context);
    task_ = dynamic_cast<TaskModel*>(model_.get());
    if (task_ == nullptr) throw UserError(fmt::format("model '{}' does not fit the run's task", name));
    CheckpointFolder::load_weights(file, parameters_);
  }
  TaskModel& model() { return *task_; }
  Tape& tape() { return tape_; }

 private:
  ParameterSet parameters_;
  Tape tape_;
  std::unique_ptr<Model> model_;
  TaskModel* task_ = nullptr;
};

/// Lines of text with a vocabulary.
struct LineReader {
  explicit LineReader(const Texts& texts)
      : tokenizer(Tokenizer::restore("source", texts)),
        vocabulary(Vocabulary::from_json(stored_text(texts, "source.vocabulary"))) {}

  [[nodiscard]] std::vector<std::string> tokens(const std::string& line) const {
    return tokenizer.cut(tokenizer.normalised(line));
  }
  Tokenizer tokenizer;
  Vocabulary vocabulary;
};

std::vector<int> lengths_of(const std::vector<std::vector<int>>& ids) {
  std::vector<int> lengths;
  for (const auto& row : ids) lengths.push_back(static_cast<int>(row.size()));
  return lengths;
}

/// Calls work(rows, sequences of these rows) for all rows, similar lengths together.
template <class Work>
void in_batches(const std::vector<std::vector<int>>& ids, Work&& work) {
  for (const std::vector<int>& rows : evaluation_batches(lengths_of(ids), kBatch)) {
    std::vector<std::vector<int>> own;
    for (const int row : rows) own.push_back(ids[static_cast<std::size_t>(row)]);
    work(rows, pack_sequences(own));
  }
}

/// Classes by the softmax of a row of scores, most probable first.
std::vector<ScoredText> ranked(const Tensor& scores, std::int64_t row, const std::vector<std::string>& classes) {
  std::vector<ScoredText> ranks;
  double largest = -std::numeric_limits<double>::infinity();
  for (std::int64_t c = 0; c < scores.columns(); ++c) largest = std::max(largest, scores.at(row, c));
  double sum = 0;
  for (std::int64_t c = 0; c < scores.columns(); ++c) sum += std::exp(scores.at(row, c) - largest);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    ranks.push_back({classes[c], scores.at(row, static_cast<std::int64_t>(c)) - largest - std::log(sum)});
  }
  std::ranges::stable_sort(ranks, std::greater<>(), &ScoredText::log_probability);
  return ranks;
}

class TranslatePredictor final : public Predictor {
 public:
  TranslatePredictor(const RunSpec& spec, const Registry& registry, const std::string& file,
                     const CheckpointFolder::Description& description, const PredictOptions& options)
      : text_(TranslateText::restore(description.texts)),
        stored_(spec, registry, file, description,
                [&](ModelContext& context) {
                  context.source = {&text_.source_vocabulary, {}};
                  context.target = {text_.joint ? &text_.source_vocabulary : &text_.target_vocabulary, {}};
                }),
        translator_(stored_.model(), text_, search(spec, options), stored_.tape().precision()),
        options_(options) {
    const TranslateOptions own = search(spec, options);
    if (reads_trees(own)) leaves_ = leaves_named(own.leaves);
  }

  std::vector<Prediction> predict(std::span<const std::string> lines) override {
    std::vector<std::vector<std::string>> tokens;
    std::vector<std::vector<int>> ids;
    for (const std::string& line : lines) {
      tokens.push_back(text_.source_tokenizer.cut(text_.source_tokenizer.normalised(line)));
      ids.push_back(text_.source_vocabulary.encode(tokens.back()));
    }
    std::vector<Prediction> answers(lines.size());
    in_batches(ids, [&](const std::vector<int>& rows, const IdSequences& source) {
      auto found = translator_.translate(stored_.tape(), source, options_.best, options_.attention, options_.scores);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = static_cast<std::size_t>(rows[i]);
        answers[row] = answer(found[i], tokens[row], rows[i]);
      }
    });
    return answers;
  }

 private:
  static TranslateOptions search(const RunSpec& spec, const PredictOptions& options) {
    TranslateOptions own = translate_schema().read(settings_below(spec.settings, "data."));
    if (options.beam) own.beam = *options.beam;
    return own;
  }

  [[nodiscard]] Prediction answer(const std::vector<Hypothesis>& found, const std::vector<std::string>& source,
                                  std::int64_t index) const {
    Prediction prediction;
    for (const Hypothesis& said : found) {
      const bool scored = options_.scores || options_.best > 1;
      prediction.ranks.push_back({text_of(said, source), scored ? said.log_probability : NAN});
    }
    prediction.text = prediction.ranks.front().text;
    const Hypothesis& best = found.front();
    if (options_.attention && !best.weights.empty()) {
      std::vector<std::string> target = translator_.tokens_of(best, source);
      if (best.ended) target.push_back(text_.target_vocabulary.token(Vocabulary::kEnd));
      // Marks that a model should not say are no tokens; then the rows no longer fit.
      if (target.size() == best.weights.size()) prediction.attention = {index, source, std::move(target), best.weights};
    }
    return prediction;
  }

  /// What is said; of trees the tree of the source's words that comes of it.
  [[nodiscard]] std::string text_of(const Hypothesis& said, const std::vector<std::string>& source) const {
    if (!leaves_) return translator_.text_of(said, source);
    return bracketed(read_linear(translator_.tokens_of(said, source), source).tree, *leaves_);
  }

  TranslateText text_;
  Stored<TranslateModel> stored_;
  Translator translator_;
  PredictOptions options_;
  std::optional<Leaves> leaves_;  // where the run's targets are trees
};

class ClassifyPredictor final : public Predictor {
 public:
  ClassifyPredictor(const RunSpec& spec, const Registry& registry, const std::string& file,
                    const CheckpointFolder::Description& description)
      : reader_(description.texts),
        classes_(list_of(stored_text(description.texts, "classes"))),
        longest_(std::get<std::int64_t>(spec.settings.at("data.maximum_length"))),
        stored_(spec, registry, file, description, [&](ModelContext& context) {
          context.source = {&reader_.vocabulary, {}};
          context.outputs = static_cast<int>(classes_.size());
          context.class_counts.assign(classes_.size(), 1);
        }) {}

  std::vector<Prediction> predict(std::span<const std::string> lines) override {
    std::vector<std::vector<int>> ids;
    for (const std::string& line : lines) {
      ids.push_back(reader_.vocabulary.encode(reader_.tokens(line)));
      if (longest_ > 0 && ids.back().size() > static_cast<std::size_t>(longest_)) {
        ids.back().resize(static_cast<std::size_t>(longest_));
      }
    }
    std::vector<Prediction> answers(lines.size());
    in_batches(ids, [&](const std::vector<int>& rows, IdSequences source) {
      ClassifyBatch batch;
      batch.inputs.ids = std::move(source);
      batch.classes.assign(rows.size(), 0);
      batch.rows = rows;
      stored_.tape().clear();
      const Tensor& scores = stored_.model().predict(stored_.tape(), batch).value();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        auto ranks = ranked(scores, static_cast<std::int64_t>(i), classes_);
        answers[static_cast<std::size_t>(rows[i])] = {ranks.front().text, ranks, {}};
      }
    });
    return answers;
  }

 private:
  LineReader reader_;
  std::vector<std::string> classes_;
  std::int64_t longest_;
  Stored<ClassifyModel> stored_;
};

class TagPredictor final : public Predictor {
 public:
  TagPredictor(const RunSpec& spec, const Registry& registry, const std::string& file,
               const CheckpointFolder::Description& description)
      : reader_(description.texts),
        classes_(list_of(stored_text(description.texts, "classes"))),
        stored_(spec, registry, file, description, [&](ModelContext& context) {
          context.source = {&reader_.vocabulary, {}};
          context.outputs = static_cast<int>(classes_.size());
        }) {}

  std::vector<Prediction> predict(std::span<const std::string> lines) override {
    std::vector<std::vector<int>> ids;
    for (const std::string& line : lines) ids.push_back(reader_.vocabulary.encode(reader_.tokens(line)));
    std::vector<Prediction> answers(lines.size());
    in_batches(ids, [&](const std::vector<int>& rows, IdSequences source) {
      TagBatch batch;
      batch.tags = source;
      std::ranges::fill(batch.tags.ids, 0);
      batch.inputs.ids = std::move(source);
      batch.rows = rows;
      stored_.tape().clear();
      const Tensor& scores = stored_.model().predict(stored_.tape(), batch).value();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<std::string> tags;
        for (int t = 0; t < batch.tags.lengths[i]; ++t) {
          const auto row = static_cast<std::int64_t>(static_cast<std::size_t>(t) * rows.size() + i);
          tags.push_back(ranked(scores, row, classes_).front().text);
        }
        answers[static_cast<std::size_t>(rows[i])].text = fmt::format("{}", fmt::join(tags, " "));
      }
    });
    return answers;
  }

 private:
  LineReader reader_;
  std::vector<std::string> classes_;
  Stored<TagModel> stored_;
};

class LanguagePredictor final : public Predictor {
 public:
  LanguagePredictor(const RunSpec& spec, const Registry& registry, const std::string& file,
                    const CheckpointFolder::Description& description, const PredictOptions& options)
      : reader_(description.texts),
        characters_(stored_text(description.texts, "source.tokens") == "character"),
        stored_(spec, registry, file, description,
                [&](ModelContext& context) {
                  context.source = {&reader_.vocabulary, {}};
                  context.outputs = reader_.vocabulary.size();
                }),
        options_(options),
        random_(options.seed, "predict") {}

  [[nodiscard]] bool answers_nothing() const override { return true; }

  std::vector<Prediction> predict(std::span<const std::string> lines) override {
    std::vector<Prediction> answers;
    for (const std::string& line : lines) {
      std::vector<int> prompt{characters_ ? reader_.vocabulary.id("\n") : Vocabulary::kEnd};  // a line has ended
      const std::vector<int> ids = reader_.vocabulary.encode(reader_.tokens(line));
      prompt.insert(prompt.end(), ids.begin(), ids.end());
      const SamplingOptions sampling{options_.temperature, options_.top_k};
      std::vector<int> said = continue_text(stored_.model(), stored_.tape(), prompt, options_.length, sampling, random_);
      // An answer is one line: what the model says behind the line's end is another.
      const int end = characters_ ? reader_.vocabulary.id("\n") : Vocabulary::kEnd;
      if (end != Vocabulary::kUnknown) said.erase(std::ranges::find(said, end), said.end());
      answers.push_back({reader_.tokenizer.join(said, reader_.vocabulary), {}, {}});
    }
    return answers;
  }

 private:
  LineReader reader_;
  bool characters_;
  Stored<NextTokenModel> stored_;
  PredictOptions options_;
  Random random_;
};

}  // namespace

Predictor::~Predictor() = default;

std::unique_ptr<Predictor> make_predictor(const RunSpec& spec, const Registry& registry, const std::string& file,
                                          const PredictOptions& options) {
  const std::string task = to_text(spec.settings.at("data.task"));
  if (task == "forecast") throw UserError("predict answers lines of text; a run of the task forecast reads numbers");
  const CheckpointFolder::Description description = CheckpointFolder::describe(file);
  if (!description.texts.contains("source.vocabulary")) {
    throw UserError(
        fmt::format("'{}' has no vocabulary: its run read vectors, or was made by a version of seqlab that kept "
                    "none; predict answers lines of text",
                    file));
  }
  if (task == "translate") return std::make_unique<TranslatePredictor>(spec, registry, file, description, options);
  if (options.beam || options.best > 1 || options.attention) {
    throw UserError(fmt::format("beams, several texts and attention are for the task translate, not for {}", task));
  }
  if (task == "classify") return std::make_unique<ClassifyPredictor>(spec, registry, file, description);
  if (task == "tag") return std::make_unique<TagPredictor>(spec, registry, file, description);
  if (task == "language_model") {
    return std::make_unique<LanguagePredictor>(spec, registry, file, description, options);
  }
  throw UserError(fmt::format("predict does not know the task '{}'", task));
}

}  // namespace seqlab
