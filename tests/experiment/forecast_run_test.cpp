#include "experiment/forecast_run.h"

#include "catch.h"
#include "metrics/metric.h"

using namespace seqlab;

namespace {

/// Foretells the last number read, so in scaled numbers too.
class Again final : public ForecastModel {
 public:
  BatchLoss loss(Tape&, const ForecastBatch&) override { return {}; }
  Var predict(Tape& tape, const ForecastBatch& batch) override {
    const VectorSequences& in = batch.inputs;
    const std::vector<double> last(in.values.end() - in.batch, in.values.end());
    return tape.constant({in.batch, 1}, last);
  }
};

}  // namespace

TEST_CASE("persistence has an error of once persistence", "[experiment][forecast_run]") {
  ForecastData data;
  data.width = 1;
  for (int i = 0; i < 300; ++i) {
    const double now = (i * 7) % 11, next = (i * 5) % 13;
    data.test.push_back({"step " + std::to_string(i), {0, static_cast<float>(now)}, {next}, {next}, now});
  }
  Again model;
  Tape tape(Precision::f64, false);
  const Evaluation result = evaluate_forecast(model, tape, data, data.test);
  CHECK(result.values.size() == metrics_of_task("forecast").size());
  for (const auto& metric : metrics_of_task("forecast")) CHECK(result.values.contains(metric.name));
  CHECK(result.values.at("mase") == Approx(1));
  CHECK(result.values.at("direction") == 0);
  CHECK(result.values.at("loss") == Approx(result.values.at("rmse") * result.values.at("rmse")));
  REQUIRE(result.examples.size() == 300);
  CHECK(result.examples[250].source == "step 250");
  CHECK(result.examples[3].prediction == "10");
  CHECK(result.examples[3].reference == "2");
  CHECK(result.examples[3].score == -8);
}
