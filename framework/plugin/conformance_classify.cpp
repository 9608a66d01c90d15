#include <algorithm>

#include "plugin/conformance_kinds.h"
#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

constexpr int kFeatures = 2;
constexpr int kClasses = 3;

/// Three sequences of different classes, of letters or of vectors.
class Classify final : public TaskTrial {
 public:
  explicit Classify(bool tokens) : tokens_(tokens) {
    for (const auto& sentence : sentences_) {
      auto& row = vectors_.emplace_back();
      for (const double x :
           numbers(static_cast<std::int64_t>(sentence.size()) * kFeatures, "classify " + std::to_string(vectors_.size()))) {
        row.push_back(static_cast<float>(x));
      }
    }
  }
  void describe(ModelContext& context) const override {
    if (tokens_) context.source = {&letters(), sentences_};
    context.features = tokens_ ? 0 : kFeatures;
    context.outputs = kClasses;
    context.class_counts = {1, 2, 1};
  }
  bool use(Model& model) override {
    model_ = dynamic_cast<ClassifyModel*>(&model);
    return model_ != nullptr;
  }
  BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage) override {
    ClassifyBatch own = batch(rows);
    if (garbage && tokens_) add_garbage(own.inputs.ids, 6);
    if (garbage && !tokens_) add_garbage(own.inputs.vectors, 3.0);
    return model_->loss(tape, own);
  }
  std::vector<std::string> predict(Tape& tape, std::span<const int> rows) override {
    const Tensor& scores = model_->predict(tape, batch(rows)).value();
    require(scores.rows() == static_cast<std::int64_t>(rows.size()) && scores.columns() == kClasses,
            "predict() gives one row per sequence and one column per class");
    std::vector<std::string> classes;
    for (std::int64_t row = 0; row < scores.rows(); ++row) {
      int best = 0;
      for (int c = 1; c < kClasses; ++c) best = scores.at(row, c) > scores.at(row, best) ? c : best;
      classes.push_back(std::to_string(best));
    }
    return classes;
  }
  [[nodiscard]] std::vector<std::string> learnt() const override { return {"2", "0", "1"}; }
  [[nodiscard]] bool reads_tokens() const override { return tokens_; }

 private:
  [[nodiscard]] ClassifyBatch batch(std::span<const int> rows) const {
    ClassifyBatch result;
    std::vector<std::vector<int>> ids;
    std::vector<std::span<const float>> vectors;
    for (const int row : rows) {
      ids.push_back(sentences_[static_cast<std::size_t>(row)]);
      vectors.emplace_back(vectors_[static_cast<std::size_t>(row)]);
      result.classes.push_back((row + 2) % kClasses);
    }
    if (tokens_) {
      result.inputs.ids = pack_sequences(ids);
    } else {
      result.inputs.vectors = pack_vectors(vectors, kFeatures);
    }
    result.rows = {rows.begin(), rows.end()};
    return result;
  }
  bool tokens_;
  std::vector<std::vector<int>> sentences_ = {{4, 5, 6, 7}, {8}, {9, 4, 5}};
  std::vector<std::vector<float>> vectors_;
  ClassifyModel* model_ = nullptr;
};

}  // namespace

std::unique_ptr<TaskTrial> classify_trial(bool tokens) { return std::make_unique<Classify>(tokens); }

}  // namespace seqlab::conformance
