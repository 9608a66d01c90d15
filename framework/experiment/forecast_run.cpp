#include "experiment/forecast_run.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metrics/forecast.h"

namespace seqlab {

ForecastRun::ForecastRun(const RunSpec& spec, const Registry& registry)
    : ModelRun(spec),
      data_(load_forecast_data(forecast_schema().read(settings_below(spec.settings, "data.")), spec.folder)) {
  std::vector<int> lengths;
  for (const ForecastExample& example : data_.train) {
    lengths.push_back(static_cast<int>(example.inputs.size()) / data_.width);
  }
  set_lengths(std::move(lengths));
  forecast_ = &make_model<ForecastModel>(spec, registry, [&](ModelContext& context) {
    context.features = data_.width;
    context.outputs = data_.horizon;
  });
}

std::map<std::string, std::string> ForecastRun::facts() const {
  return {{"train examples", std::to_string(data_.train.size())},
          {"valid examples", std::to_string(data_.valid.size())},
          {"test examples", std::to_string(data_.test.size())},
          {"features", std::to_string(data_.width)},
          {"horizon", std::to_string(data_.horizon)}};
}

BatchLoss ForecastRun::loss(Tape& tape, std::span<const int> rows) {
  return forecast_->loss(tape, make_forecast_batch(data_.train, data_.width, rows));
}

Evaluation ForecastRun::evaluate(Split split, const Pause& pause) {
  const auto& examples = split_of(data_, split);
  return evaluate_forecast(*forecast_, reading(), data_, examples, pause);
}

Evaluation evaluate_forecast(ForecastModel& model, Tape& tape, const ForecastData& data,
                             std::span<const ForecastExample> split, const Pause& pause) {
  constexpr std::size_t kBatch = 200;
  std::vector<int> order(split.size());
  std::iota(order.begin(), order.end(), 0);
  double squares = 0;
  std::vector<double> predictions, truth, last;
  Evaluation result;
  for (std::size_t first = 0; first < order.size(); first += kBatch) {
    pause();
    tape.clear();
    const auto rows = std::span(order).subspan(first, std::min(kBatch, order.size() - first));
    const Tensor& scaled = model.predict(tape, make_forecast_batch(split, data.width, rows)).value();
    for (std::size_t b = 0; b < rows.size(); ++b) {
      const ForecastExample& example = split[static_cast<std::size_t>(rows[b])];
      std::vector<double> own;
      double error = 0;
      for (int k = 0; k < data.horizon; ++k) {
        const double said = scaled.at(static_cast<std::int64_t>(b), k);
        const auto step = static_cast<std::size_t>(k);
        squares += (said - example.scaled[step]) * (said - example.scaled[step]);
        own.push_back(data.restored(example, said, k));
        error += std::abs(own.back() - example.truth[step]) / data.horizon;
        last.push_back(example.last);
      }
      predictions.insert(predictions.end(), own.begin(), own.end());
      truth.insert(truth.end(), example.truth.begin(), example.truth.end());
      result.examples.push_back({example.text, fmt::format("{:.6g}", fmt::join(own, " ")),
                                 fmt::format("{:.6g}", fmt::join(example.truth, " ")), -error});
    }
  }
  tape.clear();
  result.values = {{"loss", squares / static_cast<double>(std::max<std::size_t>(1, truth.size()))},
                   {"mae", mean_absolute_error(predictions, truth)},
                   {"rmse", root_mean_squared_error(predictions, truth)},
                   {"mase", scaled_error(predictions, truth, last)},
                   {"direction", direction_share(predictions, truth, last)}};
  return result;
}

}  // namespace seqlab
