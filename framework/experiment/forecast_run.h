#pragma once

// A run of the task `forecast`.

#include "data/forecast_task.h"
#include "experiment/task_run.h"

namespace seqlab {

class ForecastRun final : public TaskRun {
 public:
  ForecastRun(const RunSpec& spec, const Registry& registry);
  ParameterSet& parameters() override { return parameters_; }
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  [[nodiscard]] std::vector<std::vector<int>> batches(std::int64_t epoch) const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  std::uint64_t seed_;
  int batch_;
  ForecastData data_;
  std::vector<int> lengths_;  // of the training examples
  ParameterSet parameters_;
  Tape reading_;
  std::unique_ptr<Model> model_;
  ForecastModel* forecast_ = nullptr;  // the same
};

/// A forecast model on one split. Values: loss (mean squared error of the scaled numbers), mae, rmse, mase, direction. An
/// example's score is its mean absolute error, negative: larger is better.
Evaluation evaluate_forecast(
    ForecastModel& model, Tape& tape, const ForecastData& data, std::span<const ForecastExample> split,
    const Pause& pause = [] {});

}  // namespace seqlab
