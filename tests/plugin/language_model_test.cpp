#include "catch.h"
#include "core/error.h"
#include "plugin/carried_text.h"
#include "plugin/conformance_task.h"
#include "plugin/model.h"

using namespace seqlab;

namespace {

Registry& installed() {
  static Registry registry;
  if (registry.records().empty()) registry.scan({std::string(SEQLAB_BUILD_FOLDER) + "/plugins"});
  return registry;
}

struct Trial {
  explicit Trial(const OptionValues& options, const std::string& embedding = "learned") : parameters(Precision::f64, 3) {
    const Component& component = installed().get(Kind::model, "language_model");
    ModelContext context(parameters, installed(), component, {{"cell", std::string("lstm")}, {"embedding", embedding}},
                         {{"embedding.learned.dimension", std::int64_t{5}}}, {&conformance::letters(), {}}, {}, 3);
    context.outputs = conformance::letters().size();
    model = component.make_model(options, context);
    language = dynamic_cast<NextTokenModel*>(model.get());
  }
  ParameterSet parameters;
  std::unique_ptr<Model> model;
  NextTokenModel* language = nullptr;
};

LanguageBatch window(std::size_t first, std::size_t count) {
  const std::vector<std::vector<int>> rows{{4, 5, 6, 7, 8, 9, 4}, {9, 9, 8, 7, 4, 5, 5}};
  std::vector<std::vector<int>> in, out;
  for (const auto& row : rows) {
    const auto start = row.begin() + static_cast<std::ptrdiff_t>(first);
    in.emplace_back(start, start + static_cast<std::ptrdiff_t>(count));
    out.emplace_back(start + 1, start + 1 + static_cast<std::ptrdiff_t>(count));
  }
  return {pack_sequences(in), pack_sequences(out)};
}

}  // namespace

TEST_CASE("a text in windows with carried state is the text at once", "[plugin][language_model]") {
  const Trial trial({{"units", std::int64_t{4}}, {"layers", std::int64_t{2}}});
  Tape tape(Precision::f64, false);
  CarriedState whole;
  const double at_once = trial.language->loss(tape, window(0, 6), whole).nats;
  CarriedState carried;
  double parts = trial.language->loss(tape, window(0, 2), carried).nats;
  parts += trial.language->loss(tape, window(2, 4), carried).nats;
  CHECK(parts == Approx(at_once).epsilon(1e-13));
  CHECK(text_of(carried) == text_of(whole));
  CarriedState forgotten;
  CHECK(trial.language->loss(tape, window(2, 4), forgotten).nats + 1e-9 != Approx(parts).epsilon(1e-13));
}

TEST_CASE("a tied model has no output weights of its own", "[plugin][language_model]") {
  const Trial narrow({{"units", std::int64_t{4}}, {"tied", true}});
  CHECK(narrow.parameters.find("output.weight") == nullptr);
  CHECK(narrow.parameters.find("output.narrow.weight") != nullptr);
  const Trial equal({{"units", std::int64_t{5}}, {"tied", true}});
  CHECK(equal.parameters.find("output.narrow.weight") == nullptr);
  // The score of a word is its vector times the output: equal vectors have equal scores.
  Leaf& table = *equal.parameters.find("embedding");
  for (std::int64_t c = 0; c < 5; ++c) table.value.set(7, c, table.value.at(6, c));
  Tape tape(Precision::f64, false);
  CarriedState state;
  const Tensor& scores = equal.language->predict(tape, window(0, 3).in, state).value();
  CHECK(scores.columns() == conformance::letters().size());
  CHECK(scores.at(3, 6) == scores.at(3, 7));
  CHECK(scores.at(3, 5) != scores.at(3, 7));
  CHECK_THROWS_WITH(Trial({{"tied", true}}, "one_hot"), ContainsSubstring("needs an embedding with a table of vectors"));
}
