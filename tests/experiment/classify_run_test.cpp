#include "experiment/classify_run.h"

#include <cmath>

#include "catch.h"
#include "metrics/metric.h"

using namespace seqlab;

namespace {

/// Scores of a sequence are its first vector.
class Echo final : public ClassifyModel {
 public:
  BatchLoss loss(Tape&, const ClassifyBatch&) override { return {}; }
  Var predict(Tape& tape, const ClassifyBatch& batch) override {
    largest = std::max(largest, batch.inputs.batch());
    const VectorSequences& vectors = batch.inputs.vectors;
    std::vector<double> first(vectors.values.begin(), vectors.values.begin() + vectors.batch * vectors.width);
    return tape.constant({vectors.batch, vectors.width}, first);
  }
  int largest = 0;
};

}  // namespace

TEST_CASE("a classification is judged in the split's order, by every metric", "[experiment][classify_run]") {
  ClassifyData data;
  data.width = 2;
  data.classes = {"no", "yes"};
  // Longer ones first, so that batches by length are not in this order.
  data.test = {{"a", {}, {1, 0, 7, 7}, 0}, {"b", {}, {0, 1}, 1}, {"c", {}, {0, 2}, 0}, {"d", {}, {0, 3}, 1}};
  Echo model;
  Tape tape(Precision::f64, false);
  const Evaluation result = evaluate_classification(model, tape, data, data.test);
  CHECK(result.values.size() == metrics_of_task("classify").size());
  for (const auto& metric : metrics_of_task("classify")) CHECK(result.values.contains(metric.name));
  CHECK(result.values.at("accuracy") == 0.75);
  CHECK(result.values.at("auroc") == 0.75);
  const auto loss = [](double right, double wrong) { return std::log1p(std::exp(wrong - right)); };
  CHECK(result.values.at("loss") == Approx((loss(1, 0) + loss(1, 0) + loss(0, 2) + loss(3, 0)) / 4));
  REQUIRE(result.examples.size() == 4);
  CHECK(result.examples[0].source == "a");
  CHECK(result.examples[0].prediction == "no");
  CHECK(result.examples[2].prediction == "yes");
  CHECK(result.examples[2].reference == "no");
  CHECK(result.examples[2].score == 0);
}
