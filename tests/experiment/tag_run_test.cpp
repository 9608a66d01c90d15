#include "experiment/tag_run.h"

#include "catch.h"
#include "metrics/metric.h"

using namespace seqlab;

namespace {

/// The tag of a token is its id.
class Identity final : public TagModel {
 public:
  BatchLoss loss(Tape&, const TagBatch&) override { return {}; }
  Var predict(Tape& tape, const TagBatch& batch) override {
    std::vector<double> scores;
    for (const int id : batch.inputs.ids.ids) {
      for (int c = 0; c < 2; ++c) scores.push_back(c == id ? 1.0 : 0.0);
    }
    return tape.constant({batch.inputs.steps(), batch.inputs.batch(), 2}, scores);
  }
};

}  // namespace

TEST_CASE("a tagging is judged at the judged steps alone", "[experiment][tag_run]") {
  TagData data;
  data.classes = {"x", "y"};
  data.test = {{"0 1 1 0", {0, 1, 1, 0}, {0, 1, kNoTag, 1}}, {"1", {1}, {1}}, {"0 0", {0, 0}, {kNoTag, kNoTag}}};
  Identity model;
  Tape tape(Precision::f64, false);
  const Evaluation result = evaluate_tagging(model, tape, data, data.test);
  CHECK(result.values.size() == metrics_of_task("tag").size());
  for (const auto& metric : metrics_of_task("tag")) CHECK(result.values.contains(metric.name));
  CHECK(result.values.at("accuracy") == 0.75);
  CHECK(result.values.at("exact") == Approx(2.0 / 3));
  REQUIRE(result.examples.size() == 3);
  CHECK(result.examples[0].prediction == "x y x");
  CHECK(result.examples[0].reference == "x y y");
  CHECK(result.examples[0].score == Approx(2.0 / 3));
  CHECK(result.examples[2].score == 1);
}
