#include "data/forecast_task.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "core/random.h"
#include "data/catalogue.h"
#include "data/natural_order.h"
#include "data/table.h"
#include "data/task_names.h"

namespace seqlab {
namespace {

constexpr double kMost = 1e9;
constexpr int kAddingVersion = 1;
constexpr std::string_view kBitcoin = "bitcoin/daily.csv";

void refuse_files_beside_source(const ForecastOptions& options) {
  if (options.source == "files" || options.train.empty()) return;
  throw UserError(fmt::format("'train' lists files but 'source' is '{}'; write source = \"files\", or leave 'train' out",
                              options.source));
}

std::filesystem::path file_of(const ForecastOptions& options, const std::filesystem::path& folder) {
  if (options.source == "bitcoin") return folder_of_data("bitcoin", std::array{kBitcoin}) / kBitcoin;
  if (options.train.size() != 1) {
    throw UserError(fmt::format("'train' must name one table with a record a step; it names {}", options.train.size()));
  }
  return folder / options.train[0];
}

/// A series as it stands in its file: columns[0] is the target.
struct Series {
  std::filesystem::path file;
  std::vector<std::vector<double>> columns;
  std::vector<std::int64_t> lines;
  std::size_t features = 0;  // columns from 1 on are what is read

  [[nodiscard]] std::size_t size() const { return lines.size(); }
  [[nodiscard]] double change(std::size_t column, std::size_t from, std::size_t to, const std::string& transform) const {
    const auto& own = columns[column];
    if (transform == "none") return own[to];
    return transform == "difference" ? own[to] - own[from] : std::log(own[to] / own[from]);
  }
};

/// Records that come twice or run backward make windows of nonsense.
void check_rising(const Table& table, const std::string& step) {
  if (step.empty()) return;
  const std::size_t column = table.column(step, "step");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.at(row, column).empty()) throw UserError(fmt::format("{}is empty; fill it in", table.place(row, column)));
    if (row == 0 || comes_before(table.at(row - 1, column), table.at(row, column))) continue;
    throw UserError(fmt::format("{}'{}' does not come after '{}'; sort the records by step, and keep one of each",
                                table.place(row, column), table.at(row, column), table.at(row - 1, column)));
  }
}

Series read_series(const ForecastOptions& options, const std::string& folder) {
  const Table table = Table::read(file_of(options, folder));
  check_rising(table, options.step);
  Series series;
  series.file = table.file();
  const bool bitcoin = options.source == "bitcoin";
  const std::string target = options.target.empty() && bitcoin ? "close" : options.target;
  if (target.empty()) {
    throw UserError(fmt::format("'target' of [data] must name the column that is to be foretold; {} has {}",
                                table.file().string(), fmt::join(table.columns(), ", ")));
  }
  std::vector<std::size_t> places{table.column(target, "target")};
  for (const std::string& name : options.features) places.push_back(table.column(name, "features"));
  if (places.size() == 1) places.push_back(places[0]);  // the target alone is read
  series.features = places.size() - 1;
  for (std::size_t row = 0; row < table.rows(); ++row) series.lines.push_back(table.line(row));
  for (const std::size_t place : places) {
    auto& column = series.columns.emplace_back();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      column.push_back(table.number(row, place));
      if (std::isnan(column.back())) {
        throw UserError(fmt::format("{}a number is missing; fill it in or remove the record", table.place(row, place)));
      }
      if (options.transform == "log_difference" && column.back() <= 0) {
        throw UserError(fmt::format("{}{} has no logarithm; use transform = \"difference\" or \"none\"",
                                    table.place(row, place), column.back()));
      }
    }
  }
  return series;
}

/// The example whose last known step is `now`.
ForecastExample example_at(const Series& series, const ForecastOptions& options, std::size_t now) {
  ForecastExample example;
  example.text = fmt::format("line {} of {}", series.lines[now], series.file.filename().string());
  const auto window = static_cast<std::size_t>(options.window);
  for (std::size_t t = now + 1 - window; t <= now; ++t) {
    for (std::size_t f = 1; f <= series.features; ++f) {
      example.inputs.push_back(static_cast<float>(series.change(f, t == 0 ? 0 : t - 1, t, options.transform)));
    }
  }
  for (std::size_t k = 1; k <= static_cast<std::size_t>(options.horizon); ++k) {
    example.scaled.push_back(series.change(0, now, now + k, options.transform));
    example.truth.push_back(series.columns[0][now + k]);
  }
  example.last = series.columns[0][now];
  return example;
}

ForecastData of_series(const Series& series, const ForecastOptions& options) {
  ForecastData data;
  data.width = static_cast<int>(series.features);
  const auto size = static_cast<double>(series.size());
  const auto test_start = static_cast<std::size_t>(std::lround(size * (1 - options.test_share)));
  const auto valid_start = static_cast<std::size_t>(std::lround(size * (1 - options.test_share - options.valid_share)));
  const auto horizon = static_cast<std::size_t>(options.horizon);
  // A first difference needs one number more.
  const auto first = static_cast<std::size_t>(options.window) - (options.transform == "none" ? 1 : 0);
  const auto fill = [&](std::vector<ForecastExample>& split, std::size_t from, std::size_t to, std::string_view name) {
    // All that an example foretells lies in its own part.
    for (std::size_t now = std::max(first, from == 0 ? 0 : from - 1); now + horizon < to; ++now) {
      split.push_back(example_at(series, options, now));
    }
    if (split.empty()) {
      throw UserError(
          fmt::format("{}: the {} part of its {} records holds no window of {} steps with {} to foretell; take "
                      "a longer series, a shorter window or other shares",
                      series.file.string(), name, series.size(), options.window, options.horizon));
    }
    const bool changes = std::ranges::any_of(split, [](const ForecastExample& example) {
      return std::ranges::any_of(example.truth, [&](double value) { return value != example.last; });
    });
    if (changes) return;
    throw UserError(fmt::format("{}: the target never changes in the {} part: there is nothing to foretell",
                                series.file.string(), name));
  };
  fill(data.train, 0, valid_start, "training");
  fill(data.valid, valid_start, test_start, "validation");
  fill(data.test, test_start, series.size(), "test");
  return data;
}

/// The adding problem (Hochreiter and Schmidhuber, 1997): numbers in [0, 1) with a mark at two of them, one in each half;
/// the answer is the sum of those two. Saying 1 always is the best that one can do without a memory: a mean squared error of
/// 1/6.
std::vector<ForecastExample> adding_problem(std::int64_t count, std::int64_t length, std::uint64_t seed,
                                            std::string_view split) {
  Random random(seed, fmt::format("adding {}", split));
  std::vector<ForecastExample> examples;
  const auto half = static_cast<int>(length / 2);
  for (std::int64_t i = 0; i < count; ++i) {
    ForecastExample& example = examples.emplace_back();
    example.text = fmt::format("sequence {} of {}", i, split);
    for (std::int64_t t = 0; t < length; ++t) {
      example.inputs.push_back(static_cast<float>(random.uniform()));
      example.inputs.push_back(0);
    }
    const int one = random.below(half);
    const int two = half + random.below(static_cast<int>(length) - half);
    double sum = 0;
    for (const int t : {one, two}) {
      example.inputs[static_cast<std::size_t>(2 * t + 1)] = 1;
      sum += static_cast<double>(example.inputs[static_cast<std::size_t>(2 * t)]);
    }
    example.scaled = {sum};
    example.truth = {sum};
    example.last = 1;
  }
  return examples;
}

}  // namespace

Schema<ForecastOptions> forecast_schema() {
  using Options = ForecastOptions;
  return Schema<Options>("series of vectors, and the numbers that follow")
      .add("task", &Options::task, one_of(task_names()), "what is learnt; its data, batches and metrics follow from it")
      .add("source", &Options::source, one_of({"files", "bitcoin", "adding"}),
           "'files' (a table named by train), the data set bitcoin, or the generated adding problem")
      .add("train", &Options::train,
           "source 'files': one CSV or TSV table with a record a step, in order; valid_share and "
           "test_share cut its end off")
      .add("features", &Options::features, "tables: the columns that are read; none: the target alone")
      .add("target", &Options::target, "tables: the column that is foretold; of bitcoin: close")
      .add("step", &Options::step,
           "tables: a column of numbers or dates (2026-11-28) that must rise from record to record; none: their order is "
           "taken as it is")
      .add("window", &Options::window, in_range(1, 100000), "tables: steps that are read")
      .add("horizon", &Options::horizon, in_range(1, 1000), "tables: steps that are foretold, all at once")
      .add("transform", &Options::transform, one_of({"none", "difference", "log_difference"}),
           "tables: what the model reads and foretells: the numbers, their changes, or the changes of their logarithms; "
           "metrics "
           "are of the numbers")
      .add("scale", &Options::scale, one_of({"none", "standard", "range"}),
           "tables: mean 0 and deviation 1, or 0 to 1, in the training part")
      .add("valid_share", &Options::valid_share, in_range(0.01, 0.5),
           "tables: share before the test part for the best epoch")
      .add("test_share", &Options::test_share, in_range(0.01, 0.5), "tables: share at the end to judge by")
      .add("length", &Options::length, in_range(2, 100000), "generator: steps of a sequence")
      .add("train_size", &Options::train_size, in_range(1, kMost), "generator: sequences to learn from")
      .add("valid_size", &Options::valid_size, in_range(1, kMost), "generator: sequences to choose the best epoch by")
      .add("test_size", &Options::test_size, in_range(1, kMost), "generator: sequences to judge by at the end")
      .add("seed", &Options::seed, in_range(0, kMost), "generator: the seed of the data (not of the run)")
      .used(
          {"length", "train_size", "valid_size", "test_size", "seed"}, [](const Options& o) { return o.source == "adding"; },
          "source is not \"adding\"")
      .used(
          {"features", "target", "step", "window", "horizon", "transform", "scale", "valid_share", "test_share"},
          [](const Options& o) { return o.source != "adding"; }, "source is \"adding\"");
}

double ForecastData::restored(const ForecastExample& example, double scaled, int step) const {
  const double value = target_scale.original(scaled, step);
  if (transform == "none") return value;
  return transform == "difference" ? example.last + value : example.last * std::exp(value);
}

ForecastData load_forecast_data(const ForecastOptions& options, const std::string& folder) {
  refuse_files_beside_source(options);
  ForecastData data;
  if (options.source == "adding") {
    const auto seed = static_cast<std::uint64_t>(options.seed);
    data.width = 2;
    data.train = adding_problem(options.train_size, options.length, seed, "train");
    data.valid = adding_problem(options.valid_size, options.length, seed, "valid");
    data.test = adding_problem(options.test_size, options.length, seed, "test");
    return data;
  }
  data = of_series(read_series(options, folder), options);
  data.horizon = static_cast<int>(options.horizon);
  data.transform = options.transform;
  std::vector<const std::vector<float>*> inputs;
  std::vector<std::vector<float>> targets;
  std::vector<const std::vector<float>*> target_rows;
  for (const ForecastExample& example : data.train) {
    inputs.push_back(&example.inputs);
    targets.emplace_back(example.scaled.begin(), example.scaled.end());
  }
  for (const auto& row : targets) target_rows.push_back(&row);
  const Scaling input_scale = Scaling::fit(options.scale, inputs, data.width);
  data.target_scale = Scaling::fit(options.scale, target_rows, data.horizon);
  for (auto* split : {&data.train, &data.valid, &data.test}) {
    for (ForecastExample& example : *split) {
      input_scale.apply(example.inputs);
      for (int k = 0; k < data.horizon; ++k) {
        double& value = example.scaled[static_cast<std::size_t>(k)];
        value = data.target_scale.scaled(value, k);
      }
    }
  }
  return data;
}

DataContent data_content(const ForecastOptions& options, const std::string& folder) {
  if (options.source == "adding") return {fmt::format("adding {}", kAddingVersion), {}};
  return content_of_files(std::array{file_of(options, folder)});
}

ForecastBatch make_forecast_batch(std::span<const ForecastExample> split, int width, std::span<const int> rows) {
  ForecastBatch batch;
  std::vector<std::span<const float>> vectors;
  for (const int row : rows) {
    expect(row >= 0 && static_cast<std::size_t>(row) < split.size(), "a row of a batch is in its split");
    const ForecastExample& example = split[static_cast<std::size_t>(row)];
    vectors.emplace_back(example.inputs);
    batch.targets.insert(batch.targets.end(), example.scaled.begin(), example.scaled.end());
  }
  batch.inputs = pack_vectors(vectors, width);
  batch.rows.assign(rows.begin(), rows.end());
  return batch;
}

}  // namespace seqlab
