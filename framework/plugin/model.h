#pragma once

// What the author of a model sees: slots to be filled by the experiment's parts, a loss and predictions for a task.

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/attend.h"
#include "autodiff/cross_entropy.h"
#include "autodiff/dropout.h"
#include "autodiff/layout.h"
#include "autodiff/lookup.h"
#include "autodiff/pointwise.h"
#include "data/batch.h"
#include "data/vocabulary.h"
#include "plugin/attention.h"
#include "plugin/cell.h"
#include "plugin/embedding.h"
#include "plugin/input_layer.h"
#include "plugin/layer_schema.h"
#include "sequence/attention.h"
#include "sequence/beam_search.h"
#include "sequence/decoding.h"
#include "sequence/layers.h"
#include "sequence/pooling.h"
#include "sequence/recurrent_decoder.h"
#include "sequence/token_output.h"
#include "sequence/unroll.h"

namespace seqlab {

/// One side of a text task: its words and the training sentences.
struct TextSide {
  const Vocabulary* vocabulary = nullptr;
  std::span<const std::vector<int>> sentences;
};

class ModelContext : public Context {
 public:
  /// `parts`: slot name -> component name, as in table [parts]; `settings`: dotted options of components,
  /// "cell.lstm.forget_bias".
  ModelContext(ParameterSet& parameters, const Registry& registry, const Component& model, OptionValues parts,
               OptionValues settings, TextSide source_side, TextSide target_side, std::uint64_t run_seed);
  TextSide source;  // tokens that are read; vocabulary null where vectors are read
  TextSide target;
  int features = 0;                        // numbers in a vector that is read; 0 where tokens are read
  int outputs = 0;                         // classes, tags, numbers to foretell, words
  std::vector<std::int64_t> class_counts;  // [outputs], training examples of each class
  /// Set where a model is made to take stored weights, or only to see whether it can be: how many columns the table of this
  /// parameter, of this embedding, has; 0 where there is none. Embeddings are then not fitted: there is no training text.
  std::function<std::int64_t(const std::string& parameter, const Component& embedding)> stored_columns;

  /// A cell of the slot's kind with parameters of its own, named "name. ...".
  std::unique_ptr<Cell> cell(const std::string& slot, const std::string& name, int inputs, int units);
  /// Recurrent layers of the slot's cell over `inputs` columns, with parameters named "name.layer1.forward. ...".
  Layers layers(const std::string& slot, const std::string& name, int inputs, const LayerOptions& options);
  /// One vector for a sequence of `width` columns: `pool` is "last", "mean", "max", or "attention" with the slot's score
  /// (UserError where that holds "none").
  Pooling pooling(const std::string& pool, const std::string& slot, const std::string& name, int width);
  /// Attention around the slot's score, as table [attention] has it; exists() is false where the slot holds "none".
  Attention attention(const std::string& slot, const std::string& name, int query_size, int memory_size);
  /// A decoder of the slot's cell for words of `words` columns and, without attention, `fixed` columns of a fixed context.
  RecurrentDecoder decoder(const std::string& slot, const std::string& name, int words, int fixed,
                           const RecurrentDecoderOptions& options, Attention attention);
  /// Vectors for one side's words, fitted on its sentences. `tied`: a TokenOutput shares the table, which is scaled then.
  Embedder embedding(const std::string& slot, const std::string& name, const TextSide& side, bool tied = false);
  /// What turns a batch's inputs into vectors: the slot's embedding for tokens, nothing for vectors. UserError where tokens
  /// meet an empty slot, or vectors a filled one.
  InputLayer inputs(const std::string& slot, const std::string& name);

 private:
  Layers::MakeCell maker(const std::string& slot);
  const Component* chosen(const std::string& slot, Kind kind) const;
  [[nodiscard]] OptionValues options_of(const Component& component) const;
  const Registry& registry_;
  const Component& model_;
  OptionValues parts_;
  OptionValues settings_;
  std::uint64_t seed_;
};

/// A class derived from a model has `struct Options`, `static Schema<Options> schema()`, `static std::vector<Slot> slots()`
/// and a constructor (const Options&, ModelContext&); its last line is SEQLAB_MODEL(Class, "name").
class Model {
 public:
  virtual ~Model();
};

/// What one batch says about a model.
struct BatchLoss {
  Var loss;         // [1, 1]: what is minimised, mean over the batch's target tokens
  double nats = 0;  // sum of -log p over the target tokens
  std::int64_t tokens = 0;
  std::int64_t correct = 0;  // tokens that were the most probable
};

/// A model for the task `translate`.
class TranslateModel : public Model {
 public:
  static std::vector<std::string> tasks() { return {"translate"}; }
  ~TranslateModel() override;
  virtual BatchLoss loss(Tape& tape, const TranslateBatch& batch) = 0;
  /// Reads the sources, once for all that is decoded from them: the state before the first step, one row a sentence.
  virtual DecoderState encode(Tape& tape, const IdSequences& source) = 0;
  /// One step of every hypothesis: `previous` [R] are its last tokens, <s> before the first. Greedy and beam search
  /// (sequence/decoding.h, sequence/beam_search.h) choose which rows of the state go on.
  virtual DecoderOutput decode(Tape& tape, std::span<const int> previous, DecoderState& state) = 0;

  /// decode() as the searches take it.
  DecoderStep step();
  /// The most probable token at each step: target ids of each row without marks, at most limits[b] of them.
  std::vector<std::vector<int>> predict(Tape& tape, const TranslateBatch& batch, std::span<const int> limits);
};

/// A model for the task `classify`.
class ClassifyModel : public Model {
 public:
  static std::vector<std::string> tasks() { return {"classify"}; }
  ~ClassifyModel() override;
  /// `nats`, `tokens` and `correct` count rows, each with the same weight; `loss` may weigh them by class.
  virtual BatchLoss loss(Tape& tape, const ClassifyBatch& batch) = 0;
  /// What the class probabilities are the softmax of: [B, outputs].
  virtual Var predict(Tape& tape, const ClassifyBatch& batch) = 0;
};

/// A model for the task `tag`.
class TagModel : public Model {
 public:
  static std::vector<std::string> tasks() { return {"tag"}; }
  ~TagModel() override;
  /// Over the judged steps.
  virtual BatchLoss loss(Tape& tape, const TagBatch& batch) = 0;
  /// What the tag probabilities of each step are the softmax of: [T, B, outputs]. The tags of the batch must not matter.
  virtual Var predict(Tape& tape, const TagBatch& batch) = 0;
};

/// A model for the task `forecast`.
class ForecastModel : public Model {
 public:
  static std::vector<std::string> tasks() { return {"forecast"}; }
  ~ForecastModel() override;
  /// `nats` is what is minimised summed over the numbers (squared errors, say), `tokens` how many numbers.
  virtual BatchLoss loss(Tape& tape, const ForecastBatch& batch) = 0;
  /// [B, outputs]. The targets of the batch must not matter.
  virtual Var predict(Tape& tape, const ForecastBatch& batch) = 0;
};

/// A model for the task `language_model`. `state` is what it carries from one window of a text to the next: empty at the
/// text's beginning, changed by each call; it is no part of what the gradient goes through.
class NextTokenModel : public Model {
 public:
  static std::vector<std::string> tasks() { return {"language_model"}; }
  ~NextTokenModel() override;
  virtual BatchLoss loss(Tape& tape, const LanguageBatch& batch, CarriedState& state) = 0;
  /// What the probabilities of the token after each of `in` are the softmax of: [T, B, outputs].
  virtual Var predict(Tape& tape, const IdSequences& in, CarriedState& state) = 0;
};

namespace plugin_detail {
template <class Type>
Component model_component(const char* name) {
  auto schema = PartTraits<Type>::schema();
  Component component{Kind::model, name, {}, schema, Type::slots(), Type::tasks(), {}, {}, {}, {}};
  component.make_model = [schema](const OptionValues& values, ModelContext& context) -> std::unique_ptr<Model> {
    return std::make_unique<Type>(schema->read(values), context);
  };
  return component;
}
}  // namespace plugin_detail

}  // namespace seqlab

#define SEQLAB_MODEL(TYPE, NAME) \
  SEQLAB_PLUGIN_DESCRIPTOR(      \
      [](seqlab::StagingRegistry& registry) { registry.add(seqlab::plugin_detail::model_component<TYPE>(NAME)); })
