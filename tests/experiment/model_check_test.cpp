#include "experiment/model_check.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "plugin/model.h"

using namespace seqlab;

namespace {

struct Options {
  std::string mode = "good";
};

/// A model whose making does what its option says.
void make(const std::string& mode, const ModelContext& context) {
  std::cout << "a plugin talks" << std::endl;
  if (mode == "refuses") throw UserError("the parts do not go together");
  if (mode == "names") throw UserError("attention.heads = 5 does not divide model.any.units = 8");
  if (mode == "crashes") std::abort();
  if (mode == "exits") std::exit(3);
  if (mode == "throws") throw InternalError("our own bug");
  if (mode == "hangs") std::this_thread::sleep_for(std::chrono::minutes(10));
  if (mode == "vectors" && context.features != 7) throw UserError("seven numbers are wanted");
}

Registry& registry() {
  static Registry registry;
  if (registry.find(Kind::model, "any") == nullptr) {
    Component model;
    model.kind = Kind::model;
    model.name = "any";
    model.options = std::make_shared<Schema<Options>>(Schema<Options>("any").add("mode", &Options::mode, "what it does"));
    model.make_model = [](const OptionValues& values, ModelContext& context) -> std::unique_ptr<Model> {
      make(std::get<std::string>(values.at("mode")), context);
      return nullptr;
    };
    registry.add(model);
  }
  return registry;
}

Plan plan_of(const std::vector<std::string>& modes, int features = 0) {
  Plan plan;
  for (const std::string& mode : modes) {
    PlannedRun& run = plan.runs.emplace_back();
    run.spec.settings = {{"parts.model", std::string("any")}, {"model.any.mode", mode}};
    run.request.variant.label = "mode=" + mode;
    run.features = features;
  }
  return plan;
}

/// The messages and where they were met: "message (in mode=x)".
std::vector<std::string> complaints(const Plan& plan, std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  std::vector<std::string> found;
  try {
    check_models(plan, registry(), patience);
  } catch (const DiagnosticsError& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      CHECK(diagnostic.code == ErrorCode::unfit_parts);
      found.push_back(diagnostic.message + " (" + diagnostic.label + ")");
    }
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("parts that a model refuses are told, each refusal once") {
  CHECK(complaints(plan_of({"good"})).empty());
  CHECK(complaints(plan_of({"refuses"})) == Texts{"the parts do not go together ()"});
  CHECK(complaints(plan_of({"good", "refuses", "refuses"})) == Texts{"the parts do not go together (in mode=refuses)"});
  CHECK(complaints(plan_of({"vectors"}, 7)).empty());
  CHECK(complaints(plan_of({"vectors"}, 6)) == Texts{"seven numbers are wanted ()"});
}

TEST_CASE("a refusal that names a setting is shown where the setting stands") {
  Plan plan = plan_of({"names"});
  const auto place = [&](const std::string& setting, int line) {
    Diagnostic there;
    there.place.line = line;
    plan.setting_places[setting] = there;
  };
  const auto line = [&] {
    try {
      check_models(plan, registry());
    } catch (const DiagnosticsError& error) {
      return error.diagnostics().front().place.line;
    }
    return -1;
  };
  plan.model_places["any"].place.line = 3;
  CHECK(line() == 3);
  place("attention.head", 5);
  CHECK(line() == 3);
  place("model.any.units", 9);
  CHECK(line() == 9);
  place("attention.heads", 7);
  CHECK(line() == 7);  // it is named first
}

TEST_CASE("a model that breaks is left to its own run, and those behind it are looked at all the same") {
  for (const char* mode : {"crashes", "exits", "throws"}) {
    INFO(mode);
    CHECK(complaints(plan_of({mode})).empty());
    CHECK(complaints(plan_of({"good", mode, mode, "refuses"})) == Texts{"the parts do not go together (in mode=refuses)"});
  }
}

TEST_CASE("a model that hangs ends the looking, not the program") {
  const auto start = std::chrono::steady_clock::now();
  CHECK(complaints(plan_of({"refuses", "hangs", "vectors"}), std::chrono::milliseconds(300)) ==
        Texts{"the parts do not go together (in mode=refuses)"});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}
