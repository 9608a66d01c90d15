#include <fmt/format.h>

#include "catch.h"
#include "golden/golden_file.h"
#include "plugin/cell.h"
#include "sequence/layers.h"

using namespace seqlab;
using golden::Computed;
using golden::Distance;
using golden::Json;

namespace {

/// The layers of a case with their inputs.
Distance distance_of(const Json& golden, Precision precision) {
  ParameterSet parameters(precision, 1);
  const Json& values = golden["parameters"];
  const Shape shape{static_cast<std::int64_t>(values["inputs"].size()),
                    static_cast<std::int64_t>(values["inputs"][0].size()),
                    static_cast<std::int64_t>(values["inputs"][0][0].size())};
  const Parameter inputs = parameters.add("inputs", {shape[0] * shape[1], shape[2]}, init::zeros());
  const Component& component = golden::registry().get(Kind::cell, golden["component"].get<std::string>());
  LayerOptions options;
  options.units = golden["units"];
  options.layers = golden["layers"];
  options.reading = golden["reading"] == "both" ? Reading::both : Reading::forward;
  const Layers layers(parameters, "layers", static_cast<int>(shape[2]), options,
                      [&](const std::string& name, int columns, int units) -> std::unique_ptr<Recurrence> {
                        CellContext context(parameters, name, columns, units);
                        return component.make_cell(golden::options(golden["options"]), context);
                      });
  golden::load(parameters, values);
  return golden::distance(golden, parameters, [&](Tape& tape) {
    const Layered run = layers(reshape(inputs.on(tape), shape), golden["lengths"].get<std::vector<int>>());
    Computed computed{{{"outputs", run.outputs}, {"last", run.last}}, {}};
    for (std::size_t cell = 0; cell < run.final.size(); ++cell) {
      for (std::size_t part = 0; part < run.final[cell].size(); ++part)
        computed.outputs[fmt::format("final.{}.{}", cell, part)] = run.final[cell][part];
    }
    return computed;
  });
}

}  // namespace

TEST_CASE("stacks, directions and variants of cells agree with PyTorch: values and all gradients") {
  const Json cases = golden::cases("layers");
  REQUIRE(cases.size() == 21);
  for (const Json& golden : cases) {
    for (const Precision precision : {Precision::f64, Precision::f32}) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      const Distance distance = distance_of(golden, precision);
      CAPTURE(distance.where());
      CHECK(distance.compared() > 100);
      CHECK(distance.worst() < golden::tolerance(precision));
    }
  }
}
