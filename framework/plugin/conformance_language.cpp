#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "plugin/conformance_kinds.h"
#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

/// Three short texts over six letters.
class Language final : public TaskTrial {
 public:
  void describe(ModelContext& context) const override {
    context.source = {&letters(), texts_};
    context.outputs = letters().size();
  }
  bool use(Model& model) override {
    model_ = dynamic_cast<NextTokenModel*>(&model);
    return model_ != nullptr;
  }
  BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage) override {
    LanguageBatch own = batch(rows);
    if (garbage) {
      add_garbage(own.in, 6);
      add_garbage(own.out, 6);
    }
    CarriedState state;
    return model_->loss(tape, own, state);
  }
  std::vector<std::string> predict(Tape& tape, std::span<const int> rows) override {
    const LanguageBatch own = batch(rows);
    CarriedState state;
    const Tensor& scores = model_->predict(tape, own.in, state).value();
    require(scores.rows() == std::int64_t{own.in.steps} * own.in.batch && scores.columns() == letters().size(),
            "predict() gives one row per token and one column per word");
    std::vector<std::string> best;
    for (int b = 0; b < own.in.batch; ++b) {
      std::vector<int> ids;
      for (int t = 0; t < own.in.lengths[static_cast<std::size_t>(b)]; ++t) {
        const std::int64_t row = std::int64_t{t} * own.in.batch + b;
        int top = 0;
        for (int c = 1; c < letters().size(); ++c) top = scores.at(row, c) > scores.at(row, top) ? c : top;
        ids.push_back(top);
      }
      best.push_back(text(ids));
    }
    return best;
  }
  [[nodiscard]] std::vector<std::string> learnt() const override {
    return {text(texts_[0]), text(texts_[1]), text(texts_[2])};
  }

  std::string check_own() override {
    const std::vector<std::vector<int>> in{{1, 4, 5, 6, 7}, {2, 8, 8, 9, 4}}, out{{4, 5, 6, 7, 8}, {8, 8, 9, 4, 5}};
    const auto window = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
      const auto cut = [&](const std::vector<std::vector<int>>& rows) {
        std::vector<std::vector<int>> parts;
        for (const auto& row : rows) parts.emplace_back(row.begin() + from, row.begin() + to);
        return pack_sequences(parts);
      };
      return LanguageBatch{cut(in), cut(out)};
    };
    Tape tape(Precision::f64, false);
    CarriedState whole, carried;
    const double at_once = model_->loss(tape, window(0, 5), whole).nats;
    double in_windows = model_->loss(tape, window(0, 2), carried).nats;
    in_windows += model_->loss(tape, window(2, 5), carried).nats;
    require(std::abs(at_once - in_windows) < 1e-10,
            fmt::format("{:.12g} nats at once, {:.12g} in two windows", at_once, in_windows));
    return fmt::format("difference {:.1g} nats", std::abs(at_once - in_windows));
  }

 private:
  [[nodiscard]] LanguageBatch batch(std::span<const int> rows) const {
    std::vector<std::vector<int>> in, out;
    for (const int row : rows) {
      out.push_back(texts_[static_cast<std::size_t>(row)]);
      in.push_back(out.back());
      in.back().pop_back();
      in.back().insert(in.back().begin(), row + 1);  // each text begins after a mark of its own
    }
    return {pack_sequences(in), pack_sequences(out)};
  }
  static std::string text(const std::vector<int>& ids) { return fmt::format("{}", fmt::join(ids, " ")); }
  std::vector<std::vector<int>> texts_ = {{4, 5, 6, 7}, {8, 8}, {9, 4, 5}};
  NextTokenModel* model_ = nullptr;
};

}  // namespace

std::unique_ptr<TaskTrial> language_trial() { return std::make_unique<Language>(); }

}  // namespace seqlab::conformance
