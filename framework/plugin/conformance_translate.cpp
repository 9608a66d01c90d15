#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

/// Sentences of a tiny language: the target says the source backwards.
class Translate final : public TaskTrial {
 public:
  Translate() {
    for (const auto& source : sources_) targets_.emplace_back(source.rbegin(), source.rend());
  }
  void describe(ModelContext& context) const override {
    context.source = {&letters(), sources_};
    context.target = context.source;
  }
  bool use(Model& model) override {
    model_ = dynamic_cast<TranslateModel*>(&model);
    return model_ != nullptr;
  }
  BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage) override {
    TranslateBatch own = batch(rows);
    if (garbage) {
      for (IdSequences* part : {&own.source, &own.target_in, &own.target_out}) add_garbage(*part, 6);
    }
    return model_->loss(tape, own);
  }
  std::vector<std::string> predict(Tape& tape, std::span<const int> rows) override {
    const std::vector<int> limits(rows.size(), 8);
    return texts(model_->predict(tape, batch(rows), limits));
  }
  [[nodiscard]] std::vector<std::string> learnt() const override { return texts(targets_); }

 private:
  [[nodiscard]] TranslateBatch batch(std::span<const int> rows) const {
    TranslateBatch result;
    std::vector<std::vector<int>> in, from, out;
    for (const int row : rows) {
      const auto& target = targets_[static_cast<std::size_t>(row)];
      in.push_back(sources_[static_cast<std::size_t>(row)]);
      from.push_back({Vocabulary::kBegin});
      from.back().insert(from.back().end(), target.begin(), target.end());
      out.push_back(target);
      out.back().push_back(Vocabulary::kEnd);
    }
    result.source = pack_sequences(in);
    result.target_in = pack_sequences(from);
    result.target_out = pack_sequences(out);
    result.rows = {rows.begin(), rows.end()};
    return result;
  }
  static std::vector<std::string> texts(const std::vector<std::vector<int>>& rows) {
    std::vector<std::string> all;
    for (const auto& row : rows) all.push_back(fmt::format("{}", fmt::join(row, " ")));
    return all;
  }
  std::vector<std::vector<int>> sources_ = {{4, 5, 6, 7}, {8}, {9, 4, 5}};
  std::vector<std::vector<int>> targets_;
  TranslateModel* model_ = nullptr;
};

}  // namespace

std::unique_ptr<TaskTrial> translate_trial() { return std::make_unique<Translate>(); }

}  // namespace seqlab::conformance
