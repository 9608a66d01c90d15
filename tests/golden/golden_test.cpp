#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "autodiff/affine.h"
#include "autodiff/attend.h"
#include "autodiff/cross_entropy.h"
#include "autodiff/dropout.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "core/error.h"
#include "golden/golden_file.h"
#include "nn/optimizer.h"
#include "plugin/model.h"

using namespace seqlab;
using golden::Computed;
using golden::Distance;
using golden::Json;

namespace {

constexpr std::array kPrecisions{Precision::f64, Precision::f32};

/// A cell of a case with its parameters and inputs.
class CellTrial {
 public:
  CellTrial(const Json& golden, Precision precision) : golden_(golden), parameters_(precision, 1) {
    const Json& values = golden["parameters"];
    const auto steps = static_cast<std::int64_t>(values["inputs"].size());
    const auto batch = static_cast<std::int64_t>(values["inputs"][0].size());
    const int size = static_cast<int>(values["inputs"][0][0].size());
    const int units = static_cast<int>(values["cell.recurrent.weight"].size());
    shape_ = {steps, batch, size};
    inputs_ = parameters_.add("inputs", {steps * batch, size}, init::zeros());
    CellContext context(parameters_, "cell", size, units);
    cell_ = golden::registry()
                .get(Kind::cell, golden["component"].get<std::string>())
                .make_cell(golden::options(golden["options"]), context);
    golden::load(parameters_, values);
  }

  [[nodiscard]] Distance distance() const {
    return golden::distance(golden_, parameters_, [&](Tape& tape) {
      const auto lengths = golden_["lengths"].get<std::vector<int>>();
      const bool backward = golden_["direction"] == "backward";
      const Unrolled run =
          unroll(*cell_, reshape(inputs_.on(tape), shape_), lengths, cell_->initial(tape, static_cast<int>(shape_[1])),
                 backward ? TimeDirection::backward : TimeDirection::forward);
      Computed computed{{{"outputs", run.outputs}}, {}};
      for (std::size_t i = 0; i < run.final.size(); ++i) computed.outputs[fmt::format("final.{}", i)] = run.final[i];
      return computed;
    });
  }
  [[nodiscard]] const ParameterSet& parameters() const { return parameters_; }

 private:
  const Json& golden_;
  ParameterSet parameters_;
  Shape shape_;
  Parameter inputs_;
  std::unique_ptr<Cell> cell_;
};

/// A score of a case with its query and memory, in the host's attention.
class ScoreTrial {
 public:
  ScoreTrial(const Json& golden, Precision precision) : golden_(golden), parameters_(precision, 1) {
    const Json& values = golden["parameters"];
    query_ = outer(values, "query", query_shape_);
    memory_ = outer(values, "memory", memory_shape_);
    const Component& component = golden::registry().get(Kind::attention, golden["component"].get<std::string>());
    const auto make = [&](const std::string& name, int query_size, int key_size) -> std::unique_ptr<Scoring> {
      AttentionContext context(parameters_, name, query_size, key_size);
      return component.make_attention(golden::options(golden["options"]), context);
    };
    attention_ = Attention(parameters_, "score", static_cast<int>(query_shape_[2]), static_cast<int>(memory_shape_[2]),
                           attention_schema().read(golden::options(golden["attention"])), make);
    golden::load(parameters_, values);
  }

  [[nodiscard]] Distance distance() const {
    return golden::distance(golden_, parameters_, [&](Tape& tape) {
      const auto lengths = golden_["lengths"].get<std::vector<int>>();
      const AttentionMemory memory =
          attention_.remember(reshape(memory_.on(tape), memory_shape_), lengths, golden_["causal"].get<bool>());
      const Attended attended = attention_(reshape(query_.on(tape), query_shape_), memory);
      return Computed{{{"context", attended.context}, {"weights", attended.weights}}, {}};
    });
  }
  [[nodiscard]] const ParameterSet& parameters() const { return parameters_; }

 private:
  /// A parameter for values of three dimensions, and their shape.
  Parameter outer(const Json& values, const std::string& name, Shape& shape) {
    const Json& nested = values.at(name);
    shape = {static_cast<std::int64_t>(nested.size()), static_cast<std::int64_t>(nested[0].size()),
             static_cast<std::int64_t>(nested[0][0].size())};
    return parameters_.add(name, {shape[0] * shape[1], shape[2]}, init::zeros());
  }

  const Json& golden_;
  ParameterSet parameters_;
  Shape query_shape_, memory_shape_;
  Parameter query_, memory_;
  Attention attention_;
};

/// The model of a case on the case's one batch.
class ModelTrial {
 public:
  ModelTrial(const Json& golden, Precision precision)
      : golden_(golden),
        parameters_(precision, 1),
        source_(words(golden["source_words"])),
        target_(words(golden["target_words"])),
        batch_(batch(golden["sources"], golden["targets"])) {
    const Component& component = golden::registry().get(Kind::model, "seq2seq");
    OptionValues settings{{"embedding.learned.dimension", golden["dimension"].get<std::int64_t>()}};
    for (const auto& [name, value] : golden::options(golden["attention"])) settings["attention." + name] = value;
    ModelContext context(parameters_, golden::registry(), component, golden::options(golden["parts"]), settings,
                         {&source_, {}}, {&target_, {}}, 1);
    model_ = component.make_model(golden::options(golden["options"]), context);
    translate_ = dynamic_cast<TranslateModel*>(model_.get());
    expect(translate_ != nullptr, "seq2seq translates");
    golden::load(parameters_, golden["parameters"]);
  }

  [[nodiscard]] BatchLoss loss(Tape& tape) const { return translate_->loss(tape, batch_); }
  [[nodiscard]] Distance distance() const {
    return golden::distance(golden_, parameters_, [&](Tape& tape) { return Computed{{}, loss(tape).loss}; });
  }
  [[nodiscard]] std::vector<std::vector<int>> predict() const {
    Tape tape(parameters_.precision(), false);
    const std::vector<int> limits(static_cast<std::size_t>(batch_.source.batch), golden_["limit"].get<int>());
    return translate_->predict(tape, batch_, limits);
  }
  [[nodiscard]] ParameterSet& parameters() { return parameters_; }

 private:
  /// A vocabulary of `size` ids whose words do not matter.
  static Vocabulary words(int size) {
    std::vector<std::vector<std::string>> names(1);
    for (int id = Vocabulary::kSpecial; id < size; ++id) names[0].push_back(fmt::format("w{}", id));
    return Vocabulary::build(names, 1, 0);
  }
  static TranslateBatch batch(const Json& sources, const Json& targets) {
    std::vector<std::vector<int>> in, out;
    for (const auto& target : targets) {
      auto words = target.get<std::vector<int>>();
      words.push_back(Vocabulary::kEnd);
      out.push_back(words);
      words.pop_back();
      words.insert(words.begin(), Vocabulary::kBegin);
      in.push_back(words);
    }
    return {pack_sequences(sources.get<std::vector<std::vector<int>>>()), pack_sequences(in), pack_sequences(out), {}};
  }

  const Json& golden_;
  ParameterSet parameters_;
  Vocabulary source_, target_;
  TranslateBatch batch_;
  std::unique_ptr<Model> model_;
  TranslateModel* translate_ = nullptr;
};

std::unique_ptr<Optimizer> optimizer_of(const Json& golden, ParameterSet& parameters) {
  const double rate = golden["rate"];
  if (golden["optimizer"] == "sgd") return std::make_unique<Sgd>(parameters, rate, golden["momentum"].get<double>());
  return std::make_unique<Adam>(parameters, rate, golden["beta1"].get<double>(), golden["beta2"].get<double>(),
                                golden["epsilon"].get<double>());
}

/// The values after each of the case's steps. The gradients come from a loss that is linear in the values: its weights are
/// the gradient, of the whole matrix or of the rows that are looked up.
Distance optimizer_distance(const Json& golden, Precision precision) {
  ParameterSet parameters(precision, 1);
  const auto rows = static_cast<std::int64_t>(golden["start"].size());
  const auto columns = static_cast<std::int64_t>(golden["start"][0].size());
  const Parameter x = parameters.add("x", {rows, columns}, init::zeros());
  golden::load(parameters, {{"x", golden["start"]}});
  const auto optimizer = optimizer_of(golden, parameters);
  const bool lazy = golden.contains("ids");
  Distance distance;
  Tape tape(precision, true);
  for (std::size_t step = 0; step < golden["values"].size(); ++step) {
    tape.clear();
    if (lazy) {
      const auto ids = golden["ids"][step].get<std::vector<int>>();
      const Var found = lookup(tape, x.leaf(), ids, {static_cast<std::int64_t>(ids.size()), columns});
      tape.backward(golden::weighted_sum(found, golden["loss_weights"][step]));
    } else {
      tape.backward(golden::weighted_sum(x.on(tape), golden["gradients"][step]));
    }
    optimizer->step(1.0);
    distance.compare(fmt::format("values after step {}", step + 1), golden::numbers(x.leaf().value), golden["values"][step]);
  }
  return distance;
}

/// Losses and gradient norms of a training curve, clipped as a run does.
Distance curve_distance(const Json& golden, const Json& curve, Precision precision) {
  ModelTrial trial(golden, precision);
  Adam adam(trial.parameters(), curve["rate"]);
  const double clip = curve["clip"];
  std::vector<double> losses, norms;
  Tape tape(precision, true);
  for (std::size_t step = 0; step < curve["losses"].size(); ++step) {
    tape.clear();
    const BatchLoss result = trial.loss(tape);
    losses.push_back(result.loss.value().at(0, 0));
    tape.backward(result.loss);
    norms.push_back(gradient_norm(trial.parameters()));
    adam.step(norms.back() > clip ? clip / norms.back() : 1.0);
  }
  Distance distance;
  distance.compare("losses", losses, curve["losses"]);
  distance.compare("norms", norms, curve["norms"]);
  return distance;
}

void check_near(const Distance& distance, double tolerance) {
  CAPTURE(distance.where(), distance.worst());
  CHECK(distance.compared() > 0);
  CHECK(distance.worst() <= tolerance);
}

/// Moves the first number of each row of each parameter in turn by 1e-5: the distance must show it wherever the loss depends
/// on that number, and nowhere else (padding, words that the batch has not).
template <class Trial>
void check_noticed(const Json& golden) {
  Trial trial(golden, Precision::f64);
  for (Leaf* leaf : trial.parameters().leaves()) {
    const auto gradient = golden::numbers(golden["gradients"][leaf->name]);
    for (std::int64_t r = 0; r < leaf->value.rows(); ++r) {
      const double before = leaf->value.at(r, 0);
      leaf->value.set(r, 0, before + 1e-5);
      ++leaf->version;
      CAPTURE(golden["name"].get<std::string>(), leaf->name, r);
      const bool matters = gradient[static_cast<std::size_t>(r * leaf->value.columns())] != 0;
      CHECK((trial.distance().worst() > golden::tolerance(Precision::f64)) == matters);
      leaf->value.set(r, 0, before);
      ++leaf->version;
    }
  }
  CHECK(trial.distance().worst() <= golden::tolerance(Precision::f64));
}

}  // namespace

TEST_CASE("cells give PyTorch's outputs, final states and gradients") {
  const Json cases = golden::cases("cells");
  REQUIRE(cases.size() == 10);
  for (const Json& golden : cases) {
    for (const Precision precision : kPrecisions) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      check_near(CellTrial(golden, precision).distance(), golden::tolerance(precision));
    }
  }
}

TEST_CASE("attention scores give PyTorch's contexts, weights and gradients") {
  const Json cases = golden::cases("scores");
  REQUIRE(cases.size() == 57);
  for (const Json& golden : cases) {
    for (const Precision precision : kPrecisions) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      check_near(ScoreTrial(golden, precision).distance(), golden::tolerance(precision));
    }
  }
}

TEST_CASE("seq2seq gives PyTorch's loss, gradients and predictions") {
  const Json cases = golden::cases("models");
  REQUIRE(cases.size() == 10);
  for (const Json& golden : cases) {
    for (const Precision precision : kPrecisions) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      const ModelTrial trial(golden, precision);
      check_near(trial.distance(), golden::tolerance(precision));
      Tape tape(precision, false);
      const BatchLoss loss = trial.loss(tape);
      CHECK(loss.tokens == golden["tokens"].get<std::int64_t>());
      CHECK(loss.correct == golden["correct"].get<std::int64_t>());
      CHECK(trial.predict() == golden["predictions"].get<std::vector<std::vector<int>>>());
    }
  }
}

TEST_CASE("ten steps of Adam give PyTorch's curve of the loss, clipped and not") {
  int curves = 0;
  bool clipped = false;
  const Json cases = golden::cases("models");
  for (const Json& golden : cases) {
    for (const Json& curve : golden["curves"]) {
      for (const Precision precision : kPrecisions) {
        CAPTURE(golden["name"].get<std::string>(), curve["clip"].get<double>(), precision_name(precision));
        check_near(curve_distance(golden, curve, precision), golden::tolerance(precision));
      }
      clipped = clipped || curve["norms"][0].get<double>() > curve["clip"].get<double>();
      ++curves;
    }
  }
  CHECK(curves == 2);
  CHECK(clipped);
}

TEST_CASE("optimisers move a matrix and the rows of a table as PyTorch's do") {
  int optimizers = 0;
  const Json cases = golden::cases("optimizers");
  for (const Json& golden : cases) {
    if (!golden.contains("optimizer")) continue;
    for (const Precision precision : kPrecisions) {
      CAPTURE(golden["name"].get<std::string>(), precision_name(precision));
      check_near(optimizer_distance(golden, precision), golden::tolerance(precision));
    }
    ++optimizers;
  }
  CHECK(optimizers == 6);
}

TEST_CASE("cross entropy with ignored rows gives PyTorch's loss and gradient") {
  const Json cases = golden::cases("optimizers");
  const auto found = std::ranges::find_if(cases, [](const Json& one) { return one.contains("targets"); });
  REQUIRE(found != cases.end());
  const Json& golden = *found;
  const auto targets = golden["targets"].get<std::vector<int>>();
  const auto rows = static_cast<std::int64_t>(targets.size());
  const auto words = static_cast<std::int64_t>(golden["parameters"]["logits"][0].size());
  for (const Precision precision : kPrecisions) {
    for (const bool in_place : {false, true}) {
      CAPTURE(precision_name(precision), in_place);
      ParameterSet parameters(precision, 1);
      const Parameter logits = parameters.add("logits", {rows, words}, init::zeros());
      golden::load(parameters, golden["parameters"]);
      // The gradient takes the place of logits that a linear map made: the unit matrix keeps them as they are.
      ParameterSet fixed(precision, 1);
      const Parameter unit = fixed.add("unit", {words, words}, init::zeros());
      for (std::int64_t i = 0; i < words; ++i) unit.leaf().value.set(i, i, 1.0);
      CrossEntropy entropy;
      const auto loss = [&](Tape& tape) {
        const Var x = in_place ? affine(logits.on(tape), unit.leaf(), nullptr) : logits.on(tape);
        entropy = cross_entropy(x, targets, golden["scale"]);
        return Computed{{}, entropy.loss};
      };
      Distance distance = golden::distance(golden, parameters, loss);
      distance.compare("nats", {entropy.nats}, golden["nats"]);
      check_near(distance, golden::tolerance(precision));
      CHECK(entropy.tokens == golden["tokens"].get<std::int64_t>());
      CHECK(entropy.correct == golden["correct"].get<std::int64_t>());
    }
  }
}

TEST_CASE("the golden comparison notices a parameter that is off by 1e-5") {
  const Json cells = golden::cases("cells");
  for (const std::size_t lstm_or_gru : {4U, 7U}) check_noticed<CellTrial>(cells[lstm_or_gru]);
  check_noticed<ScoreTrial>(golden::cases("scores")[3]);
  check_noticed<ModelTrial>(golden::cases("models")[0]);
}

TEST_CASE("the golden comparison notices numbers that are missing or not finite") {
  const Json golden = Json::parse("[[1.0, null], [3.0, 1e6]]");
  const auto worst = [&](const std::vector<double>& ours) {
    Distance distance;
    distance.compare("x", ours, golden);
    return distance.worst();
  };
  CHECK(worst({1.0, 77.0, 3.0, 1e6}) == 0.0);
  CHECK(worst({1.0, NAN, 3.0, 1e6 + 1}) == Approx(1e-6));
  CHECK(worst({1.0, 0.0, NAN, 1e6}) > 1e300);
  CHECK(worst({1.0, 0.0, 3.0}) > 1e300);
}
