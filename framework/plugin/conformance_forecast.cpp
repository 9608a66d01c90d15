#include <cmath>

#include "plugin/conformance_kinds.h"
#include "plugin/conformance_task.h"

namespace seqlab::conformance {
namespace {

constexpr int kFeatures = 2;
constexpr int kHorizon = 2;

/// Three series of vectors with two numbers to foretell each.
class Forecast final : public TaskTrial {
 public:
  Forecast() {
    for (const int length : {4, 1, 3}) {
      auto& row = series_.emplace_back();
      for (const double x : numbers(length * kFeatures, "forecast " + std::to_string(series_.size()))) {
        row.push_back(static_cast<float>(x));
      }
    }
  }
  void describe(ModelContext& context) const override {
    context.features = kFeatures;
    context.outputs = kHorizon;
  }
  bool use(Model& model) override {
    model_ = dynamic_cast<ForecastModel*>(&model);
    return model_ != nullptr;
  }
  BatchLoss loss(Tape& tape, std::span<const int> rows, bool garbage) override {
    ForecastBatch own = batch(rows);
    if (garbage) add_garbage(own.inputs, 3.0);
    return model_->loss(tape, own);
  }
  /// To one decimal: what is learnt by heart is never met to the last.
  std::vector<std::string> predict(Tape& tape, std::span<const int> rows) override {
    const Tensor& numbers = model_->predict(tape, batch(rows)).value();
    require(numbers.rows() == static_cast<std::int64_t>(rows.size()) && numbers.columns() == kHorizon,
            "predict() gives one row per series and one column per step to foretell");
    std::vector<std::string> texts;
    for (std::int64_t row = 0; row < numbers.rows(); ++row) texts.push_back(text(numbers.at(row, 0), numbers.at(row, 1)));
    return texts;
  }
  [[nodiscard]] std::vector<std::string> learnt() const override {
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < kRows; ++row) texts.push_back(text(targets_[2 * row], targets_[2 * row + 1]));
    return texts;
  }
  [[nodiscard]] bool reads_tokens() const override { return false; }

 private:
  static std::string text(double a, double b) {
    return std::to_string(std::lround(10 * a)) + " " + std::to_string(std::lround(10 * b));
  }
  [[nodiscard]] ForecastBatch batch(std::span<const int> rows) const {
    ForecastBatch result;
    std::vector<std::span<const float>> vectors;
    for (const int row : rows) {
      vectors.emplace_back(series_[static_cast<std::size_t>(row)]);
      for (const std::size_t k : {0, 1}) result.targets.push_back(targets_[2 * static_cast<std::size_t>(row) + k]);
    }
    result.inputs = pack_vectors(vectors, kFeatures);
    result.rows = {rows.begin(), rows.end()};
    return result;
  }
  std::vector<std::vector<float>> series_;
  std::vector<double> targets_ = {0.5, -0.2, -0.7, 0.1, 0.3, 0.8};
  ForecastModel* model_ = nullptr;
};

}  // namespace

std::unique_ptr<TaskTrial> forecast_trial() { return std::make_unique<Forecast>(); }

}  // namespace seqlab::conformance
