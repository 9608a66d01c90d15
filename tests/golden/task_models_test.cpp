#include <fmt/format.h>

#include "catch.h"
#include "core/error.h"
#include "golden/golden_file.h"
#include "plugin/model.h"

using namespace seqlab;
using golden::Computed;
using golden::Distance;
using golden::Json;

namespace {

/// The model of a case.
struct Trial {
  Trial(const Json& golden, Precision precision) : parameters(precision, 1) {
    std::vector<std::vector<std::string>> names(1);
    for (int id = Vocabulary::kSpecial; id < 10; ++id) names[0].push_back(fmt::format("w{}", id));
    words = Vocabulary::build(names, 1, 0);
    const bool tokens = golden.contains("ids");
    const Component& component = golden::registry().get(Kind::model, golden["model"].get<std::string>());
    OptionValues parts{{"cell", golden["cell"].get<std::string>()}};
    if (tokens) parts["embedding"] = std::string("learned");
    ModelContext context(parameters, golden::registry(), component, parts,
                         {{"embedding.learned.dimension", std::int64_t{3}}}, {}, {}, 1);
    if (tokens) context.source = {&words, {}};
    context.features = tokens ? 0 : 2;
    context.outputs = golden["output_size"];
    if (golden.contains("class_counts")) context.class_counts = golden["class_counts"].get<std::vector<std::int64_t>>();
    model = component.make_model(golden::options(golden["options"]), context);
    golden::load(parameters, golden["parameters"]);
  }
  ParameterSet parameters;
  Vocabulary words;
  std::unique_ptr<Model> model;
};

InputSequences inputs_of(const Json& golden) {
  InputSequences inputs;
  if (golden.contains("ids")) {
    inputs.ids = pack_sequences(golden["ids"].get<std::vector<std::vector<int>>>());
    return inputs;
  }
  const auto rows = golden["vectors"].get<std::vector<std::vector<float>>>();
  inputs.vectors = pack_vectors(std::vector<std::span<const float>>(rows.begin(), rows.end()), 2);
  // The numbers of the case are no floats: the model shall read them as they are.
  std::vector<std::vector<double>> exact = golden["vectors"].get<std::vector<std::vector<double>>>();
  for (std::size_t b = 0; b < exact.size(); ++b) {
    for (std::size_t i = 0; i < exact[b].size(); ++i) {
      inputs.vectors.values[(i / 2 * exact.size() + b) * 2 + i % 2] = exact[b][i];
    }
  }
  return inputs;
}

BatchLoss loss_of(const Json& golden, Model& model, Tape& tape) {
  if (auto* classify = dynamic_cast<ClassifyModel*>(&model)) {
    return classify->loss(tape, {inputs_of(golden), golden["classes"].get<std::vector<int>>(), {}});
  }
  if (auto* tag = dynamic_cast<TagModel*>(&model)) {
    return tag->loss(tape, {inputs_of(golden), pack_sequences(golden["tags"].get<std::vector<std::vector<int>>>()), {}});
  }
  if (auto* forecast = dynamic_cast<ForecastModel*>(&model)) {
    return forecast->loss(tape, {inputs_of(golden).vectors, golden["targets"].get<std::vector<double>>(), {}});
  }
  auto* language = dynamic_cast<NextTokenModel*>(&model);
  expect(language != nullptr, "a golden case is of a known task");
  CarriedState state;
  return language->loss(tape, {inputs_of(golden).ids, pack_sequences(golden["next"].get<std::vector<std::vector<int>>>())},
                        state);
}

}  // namespace

TEST_CASE("models of classify, tag, forecast and language_model agree with PyTorch: loss and all gradients") {
  const Json cases = golden::cases("task_models");
  REQUIRE(cases.size() == 7);
  for (const Json& golden : cases) {
    for (const Precision precision : {Precision::f64, Precision::f32}) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      const Trial trial(golden, precision);
      const Distance distance = golden::distance(golden, trial.parameters, [&](Tape& tape) {
        return Computed{{}, loss_of(golden, *trial.model, tape).loss};
      });
      CAPTURE(distance.where());
      CHECK(distance.compared() > 50);
      CHECK(distance.worst() < golden::tolerance(precision));
    }
  }
}
