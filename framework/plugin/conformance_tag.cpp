#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plugin/conformance_kinds.h"
#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

constexpr int kFeatures = 2;
constexpr int kTags = 3;

/// Three sequences of letters or of vectors; one step goes without a tag.
class Tag final : public TaskTrial {
 public:
  explicit Tag(bool tokens) : tokens_(tokens) {
    for (const auto& sentence : sentences_) {
      auto& row = vectors_.emplace_back();
      for (const double x :
           numbers(static_cast<std::int64_t>(sentence.size()) * kFeatures, "tag " + std::to_string(vectors_.size()))) {
        row.push_back(static_cast<float>(x));
      }
    }
  }
  void describe(ModelContext& context) const override {
    if (tokens_) context.source = {&letters(), sentences_};
    context.features = tokens_ ? 0 : kFeatures;
    context.outputs = kTags;
  }
  bool use(Model& model) override {
    model_ = dynamic_cast<TagModel*>(&model);
    return model_ != nullptr;
  }
  BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage) override {
    TagBatch own = batch(rows);
    if (garbage && tokens_) add_garbage(own.inputs.ids, 6);
    if (garbage && !tokens_) add_garbage(own.inputs.vectors, 3.0);
    if (garbage) add_garbage(own.tags, 2);
    return model_->loss(tape, own);
  }
  std::vector<std::string> predict(Tape& tape, std::span<const int> rows) override {
    const TagBatch own = batch(rows);
    const Tensor& scores = model_->predict(tape, own).value();
    require(scores.rows() == std::int64_t{own.tags.steps} * own.tags.batch && scores.columns() == kTags,
            "predict() gives one row per step and one column per tag");
    std::vector<std::string> texts;
    for (int b = 0; b < own.tags.batch; ++b) {
      std::vector<int> tags;
      for (int t = 0; t < own.tags.lengths[static_cast<std::size_t>(b)]; ++t) {
        const std::int64_t row = std::int64_t{t} * own.tags.batch + b;
        int best = 0;
        for (int c = 1; c < kTags; ++c) best = scores.at(row, c) > scores.at(row, best) ? c : best;
        tags.push_back(own.tags.at(t, b) < 0 ? -1 : best);
      }
      texts.push_back(fmt::format("{}", fmt::join(tags, " ")));
    }
    return texts;
  }
  [[nodiscard]] std::vector<std::string> learnt() const override {
    std::vector<std::string> texts;
    for (const auto& row : tags_) texts.push_back(fmt::format("{}", fmt::join(row, " ")));
    return texts;
  }
  [[nodiscard]] bool reads_tokens() const override { return tokens_; }

 private:
  [[nodiscard]] TagBatch batch(std::span<const int> rows) const {
    std::vector<std::vector<int>> ids, tags;
    std::vector<std::span<const float>> vectors;
    for (const int row : rows) {
      ids.push_back(sentences_[static_cast<std::size_t>(row)]);
      tags.push_back(tags_[static_cast<std::size_t>(row)]);
      vectors.emplace_back(vectors_[static_cast<std::size_t>(row)]);
    }
    TagBatch result;
    if (tokens_) {
      result.inputs.ids = pack_sequences(ids);
    } else {
      result.inputs.vectors = pack_vectors(vectors, kFeatures);
    }
    result.tags = pack_sequences(tags);
    result.rows = {rows.begin(), rows.end()};
    return result;
  }
  bool tokens_;
  std::vector<std::vector<int>> sentences_ = {{4, 5, 6, 7}, {8}, {9, 4, 5}};
  std::vector<std::vector<int>> tags_ = {{0, 1, -1, 2}, {1}, {2, 2, 0}};
  std::vector<std::vector<float>> vectors_;
  TagModel* model_ = nullptr;
};

}  // namespace

std::unique_ptr<TaskTrial> tag_trial(bool tokens) { return std::make_unique<Tag>(tokens); }

}  // namespace seqlab::conformance
