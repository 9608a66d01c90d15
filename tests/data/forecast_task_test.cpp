#include "data/forecast_task.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "data/scratch_folder.h"

using namespace seqlab;

namespace {

/// Twenty records: x = 1, 2, 4, ... and y = 0, 1, 2, ...
std::string table() {
  std::string text = "day,x,y\n";
  for (int i = 0; i < 20; ++i)
    text += "d" + std::to_string(i) + "," + std::to_string(1 << i) + "," + std::to_string(i) + "\n";
  return text;
}

ForecastOptions options_for(const std::string& target) {
  ForecastOptions options;
  options.train = {"series.csv"};
  options.target = target;
  options.window = 3;
  options.horizon = 2;
  options.scale = "none";
  options.valid_share = 0.2;
  options.test_share = 0.25;
  return options;
}

}  // namespace

TEST_CASE("each example foretells numbers of its own part from those before them", "[data][forecast_task]") {
  const ScratchFolder folder;
  folder.write("series.csv", table());
  const ForecastData data = load_forecast_data(options_for("y"), folder.path());
  CHECK(data.width == 1);
  CHECK(data.horizon == 2);
  CHECK(data.train.front().inputs == std::vector<float>{0, 1, 2});
  CHECK(data.train.front().truth == std::vector<double>{3, 4});
  CHECK(data.train.front().last == 2);
  CHECK(data.train.back().truth == std::vector<double>{9, 10});
  CHECK(data.valid.front().truth == std::vector<double>{11, 12});
  CHECK(data.valid.front().inputs == std::vector<float>{8, 9, 10});
  CHECK(data.valid.back().truth == std::vector<double>{13, 14});
  CHECK(data.test.front().truth == std::vector<double>{15, 16});
  CHECK(data.test.back().truth == std::vector<double>{18, 19});
  CHECK(data.test.back().text == "line 19 of series.csv");
  const ForecastBatch batch = make_forecast_batch(data.test, data.width, std::vector<int>{1, 0});
  CHECK(batch.targets == std::vector<double>{16, 17, 15, 16});
  CHECK(batch.inputs.values == std::vector<double>{13, 12, 14, 13, 15, 14});
}

TEST_CASE("what is learnt can be turned back into the numbers", "[data][forecast_task]") {
  const ScratchFolder folder;
  folder.write("series.csv", table());
  ForecastOptions options = options_for("x");
  options.features = {"x", "y"};
  options.scale = "standard";
  const std::string transform = GENERATE("none", "difference", "log_difference");
  if (transform == "log_difference") options.features = {"x"};  // y begins with 0
  options.transform = transform;
  const ForecastData data = load_forecast_data(options, folder.path());
  CHECK(data.width == static_cast<int>(options.features.size()));
  for (const auto* split : {&data.train, &data.valid, &data.test}) {
    for (const ForecastExample& example : *split) {
      for (int k = 0; k < 2; ++k) {
        const auto step = static_cast<std::size_t>(k);
        CHECK(data.restored(example, example.scaled[step], k) == Approx(example.truth[step]));
      }
    }
  }
  if (transform != "none") CHECK(data.train.front().last == 8);  // a change needs one number more
}

TEST_CASE("a series that cannot be foretold is refused", "[data][forecast_task]") {
  const ScratchFolder folder;
  folder.write("series.csv", table());
  const auto refuses = [&](const ForecastOptions& options, const std::string& message) {
    CHECK_THROWS_AS(load_forecast_data(options, folder.path()), UserError);
    CHECK_THROWS_WITH(load_forecast_data(options, folder.path()), ContainsSubstring(message));
  };
  ForecastOptions options = options_for("y");
  options.window = 30;
  refuses(options, "the training part of its 20 records holds no window of 30 steps");
  refuses(options_for("z"), "no column 'z', which 'target' names");
  refuses(options_for(""), "'target' of [data] must name the column");
  options = options_for("y");
  options.transform = "log_difference";
  refuses(options, "series.csv:2: column 'y': 0 has no logarithm");
  folder.write("series.csv", "y\n1\n\n");
  refuses(options_for("y"), "series.csv:3: empty line");
  folder.write("series.csv", "x,y\n1,1\n2,\n");
  refuses(options_for("y"), "series.csv:3: column 'y': a number is missing");
  options = options_for("y");
  options.step = "day";
  folder.write("series.csv", "day,y\n2026-02-01,1\n2026-01-31,2\n");
  refuses(options, "series.csv:3: column 'day': '2026-01-31' does not come after '2026-02-01'");
  folder.write("series.csv", "day,y\n,1\n2026-01-31,2\n");
  refuses(options, "series.csv:2: column 'day': is empty");
  for (const char* rising : {"2026-1-9,1\n2026-1-10,2\n", "9:50,1\n10:00,2\n", "-2,1\n-1.5,2\n", "1e2,1\n150,2\n",
                             "1700000000000000000,1\n1700000000000000100,2\n", "week 9,1\nweek 10,2\n"}) {
    INFO(rising);
    folder.write("series.csv", std::string("day,y\n") + rising);
    refuses(options, "holds no window");  // what is wrong is only that there are two records
  }
  folder.write("series.csv", "day,y\n9,1\n10,2\n10,3\n");
  refuses(options, "series.csv:4: column 'day': '10' does not come after '10'");
  folder.write("series.csv", "y\n1\n1e300\n");
  refuses(options_for("y"), "series.csv:3: column 'y': '1e300' is too large for a number of 32 bits");
  options = options_for("y");
  options.source = "adding";
  options.train = {"series.csv"};
  refuses(options, "'train' lists files but 'source' is 'adding'");
  std::string flat = "y\n";
  for (int i = 0; i < 40; ++i) flat += "5\n";
  folder.write("series.csv", flat);
  refuses(options_for("y"), "the target never changes in the training part");
}

TEST_CASE("the adding problem marks one number in each half", "[data][forecast_task]") {
  ForecastOptions options;
  options.source = "adding";
  options.length = 7;
  options.train_size = 50;
  const ForecastData data = load_forecast_data(options, "");
  CHECK(data.width == 2);
  CHECK(data.train.size() == 50);
  for (const ForecastExample& example : data.train) {
    REQUIRE(example.inputs.size() == 14);
    double sum = 0;
    int first = 0, second = 0;
    for (std::size_t t = 0; t < 7; ++t) {
      if (example.inputs[2 * t + 1] != 1) continue;
      (t < 3 ? first : second) += 1;
      sum += static_cast<double>(example.inputs[2 * t]);
    }
    CHECK(first == 1);
    CHECK(second == 1);
    CHECK(example.truth[0] == Approx(sum));
  }
  CHECK(data_content(options, "").files.empty());
}
