#pragma once

// A run of the task `forecast`.

#include "data/forecast_task.h"
#include "experiment/model_run.h"

namespace seqlab {

class ForecastRun final : public ModelRun {
 public:
  ForecastRun(const RunSpec& spec, const Registry& registry);
  [[nodiscard]] std::map<std::string, std::string> facts() const override;
  BatchLoss loss(Tape& tape, std::span<const int> rows) override;
  Evaluation evaluate(Split split, const Pause& pause) override;

 private:
  ForecastData data_;
  ForecastModel* forecast_;
};

/// A forecast model on one split. Values: loss (mean squared error of the scaled numbers), mae, rmse, mase, direction. An
/// example's score is its mean absolute error, negative: larger is better.
Evaluation evaluate_forecast(
    ForecastModel& model, Tape& tape, const ForecastData& data, std::span<const ForecastExample> split,
    const Pause& pause = [] {});

}  // namespace seqlab
