#pragma once

// The task `forecast`: numbers that follow a sequence of vectors.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "data/batch.h"
#include "data/data_content.h"
#include "data/scaling.h"

namespace seqlab {

/// The options of table [data] for task `forecast`.
struct ForecastOptions {
  std::string task = "forecast";
  std::string source = "files";  // "files" | "bitcoin" | "adding"
  std::vector<std::string> train;
  std::vector<std::string> features;
  std::string target = "";
  std::string step;
  std::int64_t window = 30;
  std::int64_t horizon = 1;
  std::string transform = "none";  // "none" | "difference" | "log_difference"
  std::string scale = "standard";
  double valid_share = 0.1;
  double test_share = 0.2;
  // Of the generator.
  std::int64_t length = 50;
  std::int64_t train_size = 10000;
  std::int64_t valid_size = 500;
  std::int64_t test_size = 500;
  std::int64_t seed = 1;
};
Schema<ForecastOptions> forecast_schema();

struct ForecastExample {
  std::string text;            // which one it is: "row 1201 of daily.csv"
  std::vector<float> inputs;   // [T, width], transformed and scaled
  std::vector<double> scaled;  // [horizon]: what is learnt, transformed and scaled
  std::vector<double> truth;   // [horizon]: the numbers themselves
  double last = 0;             // persistence: the last number seen (of the generator: the mean of all answers)
};

/// Everything a forecast run reads. Scales are those of `train` alone; of a series the splits are parts in this order, each
/// foretold from the numbers before it, be they of its own part or not.
struct ForecastData {
  int width = 0;
  int horizon = 1;
  std::string transform = "none";
  Scaling target_scale;
  std::vector<ForecastExample> train, valid, test;

  /// The number that a scaled one stands for, `step` (from 0) steps behind the example's end.
  [[nodiscard]] double restored(const ForecastExample& example, double scaled, int step) const;
};

/// Reads or generates the data. UserError for bad files, naming file, line and remedy, for a number that a transform does
/// not take, a series shorter than the window, and one that never changes.
ForecastData load_forecast_data(const ForecastOptions& options, const std::string& folder);
DataContent data_content(const ForecastOptions& options, const std::string& folder);

/// The batch of the examples `rows` of a split, in this order.
ForecastBatch make_forecast_batch(std::span<const ForecastExample> split, int width, std::span<const int> rows);

}  // namespace seqlab
