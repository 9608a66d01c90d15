// Combinations of seq2seq's options that the conformance suite, which varies one at a time, does not meet.

#include <fmt/format.h>

#include "autodiff/gradient_check.h"
#include "catch.h"
#include "core/error.h"
#include "golden/golden_file.h"
#include "plugin/conformance_task.h"
#include "plugin/model.h"

using namespace seqlab;

namespace {

struct Combination {
  std::string attention;
  std::string cell;
  OptionValues model;
  OptionValues around = {};  // table [attention]
};

std::string text_of(const Combination& combination) {
  std::string text = combination.attention + " " + combination.cell;
  for (const OptionValues* values : {&combination.model, &combination.around}) {
    for (const auto& [name, value] : *values) text += fmt::format(" {}={}", name, to_text(value));
  }
  return text;
}

/// The model on the tiny language of the conformance suite.
class Trial {
 public:
  Trial(const Combination& combination, Precision precision)
      : task_(conformance::translate_trial()), parameters_(precision, 3) {
    const Component& component = golden::registry().get(Kind::model, "seq2seq");
    OptionValues settings{{"embedding.learned.dimension", std::int64_t{3}}};
    for (const auto& [name, value] : combination.around) settings["attention." + name] = value;
    OptionValues own = combination.model;
    own.try_emplace("units", std::int64_t{4});
    ModelContext context(
        parameters_, golden::registry(), component,
        {{"cell", combination.cell}, {"attention", combination.attention}, {"embedding", std::string("learned")}}, settings,
        {}, {}, 3);
    task_->describe(context);
    model_ = component.make_model(own, context);
    REQUIRE(task_->use(*model_));
  }
  [[nodiscard]] conformance::TaskTrial& task() const { return *task_; }
  [[nodiscard]] const ParameterSet& parameters() const { return parameters_; }

 private:
  std::unique_ptr<conformance::TaskTrial> task_;
  ParameterSet parameters_;
  std::unique_ptr<Model> model_;
};

constexpr std::array kRows{0, 1, 2};

OptionValue text(const char* word) { return std::string(word); }
OptionValue count(std::int64_t number) { return number; }

const std::vector<Combination>& combinations() {
  static const std::vector<Combination> all{
      {"additive", "lstm", {{"wiring", text("before")}, {"encoder_layers", count(2)}, {"decoder_layers", count(2)}}},
      {"dot", "gru", {{"wiring", text("after")}, {"decoder_layers", count(2)}, {"bidirectional", false}}},
      {"general", "rnn", {{"wiring", text("before")}, {"bridge", text("zero")}}, {{"coverage", true}}},
      {"scaled_dot", "lstm", {{"tied", text("all")}, {"decoder_layers", count(2)}}, {{"heads", count(2)}}},
      {"mlp", "gru", {{"wiring", text("after")}}, {{"window", text("local_p")}, {"width", count(2)}}},
      {"additive", "lstm", {}, {{"window", text("local_p")}, {"width", count(2)}, {"monotonic", true}}},
      {"cosine",
       "lstm",
       {{"wiring", text("after")}},
       {{"coverage", true}, {"window", text("local_m")}, {"width", count(1)}}},
      {"dot",
       "lstm",
       {{"bridge", text("copy")}, {"tied", text("output")}},
       {{"key_width", count(6)}, {"value_width", count(5)}}},
      {"additive", "layer_norm_lstm", {{"label_smoothing", 0.3}}, {}},
      {"none", "gru", {{"bridge", text("copy")}, {"context_at_steps", false}, {"tied", text("all")}}},
      {"none", "lstm", {{"encoder_layers", count(2)}, {"decoder_layers", count(2)}, {"bridge", text("copy")}}},
      {"none", "rnn", {{"bridge", text("zero")}}},
  };
  return all;
}

}  // namespace

TEST_CASE("combinations of seq2seq's options have the gradient of their loss") {
  for (const Combination& combination : combinations()) {
    CAPTURE(text_of(combination));
    const Trial trial(combination, Precision::f64);
    const auto loss = [&](Tape& tape) { return trial.task().loss(tape, kRows).loss; };
    const GradientCheck check = check_gradient(loss, trial.parameters().leaves());
    CAPTURE(check.where);
    CHECK(check.elements > 100);
    CHECK(check.worst < 1e-6);
  }
}

TEST_CASE("combinations of seq2seq's options: a padded row is what it is alone, padding does not matter") {
  for (const Combination& combination : combinations()) {
    CAPTURE(text_of(combination));
    const Trial trial(combination, Precision::f64);
    Tape tape(Precision::f64, false);
    const double together = trial.task().loss(tape, kRows).nats;
    CHECK(trial.task().loss(tape, kRows, true).nats == Approx(together).epsilon(1e-12));
    const auto predicted = trial.task().predict(tape, kRows);
    double alone = 0;
    for (std::size_t row = 0; row < kRows.size(); ++row) {
      alone += trial.task().loss(tape, std::span(kRows).subspan(row, 1)).nats;
      CHECK(trial.task().predict(tape, std::span(kRows).subspan(row, 1))[0] == predicted[row]);
    }
    CHECK(alone == Approx(together).epsilon(1e-10));
  }
}

TEST_CASE("seq2seq refuses in words what cannot be") {
  const auto made = [](const Combination& combination) { Trial(combination, Precision::f32); };
  CHECK_THROWS_WITH(made({"none", "lstm", {{"bridge", text("zero")}, {"context_at_steps", false}}}),
                    ContainsSubstring("sees nothing of the source"));
  CHECK_THROWS_WITH(made({"dot", "lstm", {{"bridge", text("copy")}, {"decoder_layers", count(2)}}}),
                    ContainsSubstring("as many encoder_layers as decoder_layers"));
  CHECK_THROWS_WITH(made({"dot", "lstm", {{"units", count(6)}}, {{"heads", count(4)}}}),
                    ContainsSubstring("attention.heads = 4"));
}

TEST_CASE("scheduled sampling reads the decoder's own words in training alone") {
  const Combination combination{"additive", "gru", {{"scheduled_sampling", 1.0}}};
  const Trial trial(combination, Precision::f64);
  const Trial plain({"additive", "gru", {}}, Precision::f64);
  const auto nats = [](const Trial& own, bool training) {
    Tape tape(Precision::f64, training);
    tape.set_randomness(5, 1);
    return own.task().loss(tape, kRows).nats;
  };
  CHECK(nats(trial, false) == Approx(nats(plain, false)));
  CHECK(nats(plain, true) == Approx(nats(plain, false)));
  CHECK(nats(trial, true) != Approx(nats(plain, false)));
}
