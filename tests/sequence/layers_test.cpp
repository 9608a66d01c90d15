#include "sequence/layers.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "core/error.h"
#include "nn/linear.h"
#include "sequence/unroll.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

/// h' = tanh(x W + h U + b) and a second part that sums the outputs.
class Simple final : public Recurrence {
 public:
  Simple(ParameterSet& parameters, const std::string& name, int inputs, int units)
      : units_(units),
        input_(parameters, name + ".input", inputs, units, with_bias),
        recurrent_(parameters, name + ".recurrent", units, units, no_bias) {}
  State initial(Tape& tape, int batch) const override { return {tape.zeros({batch, units_}), tape.zeros({batch, units_})}; }
  Var project(Var inputs) const override { return input_(inputs); }
  State step(Var x, const State& s) const override {
    const Var h = tanh(x + recurrent_(s[0]));
    return {h, h + s[1]};
  }

 private:
  int units_;
  Linear input_, recurrent_;
};

Layers make_layers(ParameterSet& parameters, const LayerOptions& options, int inputs = 3) {
  return {parameters, "encoder", inputs, options, [&](const std::string& name, int columns, int units) {
            return std::make_unique<Simple>(parameters, name, columns, units);
          }};
}

LayerOptions layer_options(int units, int layers, Reading reading) {
  LayerOptions options;
  options.units = units;
  options.layers = layers;
  options.reading = reading;
  return options;
}

std::vector<double> numbers(int count) {
  Random random(3, "layers");
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = random.uniform(-1, 1);
  return values;
}

double gap(const Tensor& a, const Tensor& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.columns() == b.columns());
  double worst = 0;
  for (std::int64_t r = 0; r < a.rows(); ++r) {
    for (std::int64_t c = 0; c < a.columns(); ++c) worst = std::max(worst, std::abs(a.at(r, c) - b.at(r, c)));
  }
  return worst;
}

constexpr std::array kReadings{Reading::forward, Reading::backward, Reading::both};
const std::vector<int> kLengths{4, 2, 1};

}  // namespace

TEST_CASE("layers name their parameters by layer and direction") {
  ParameterSet parameters(Precision::f64, 1);
  const Layers layers = make_layers(parameters, layer_options(4, 2, Reading::both));
  std::vector<std::string> names;
  for (const Leaf* leaf : parameters.leaves()) names.push_back(leaf->name);
  REQUIRE(names.size() == 12);
  CHECK(names[0] == "encoder.layer1.forward.input.weight");
  CHECK(names[11] == "encoder.layer2.backward.recurrent.weight");
  CHECK(parameters.find("encoder.layer2.forward.input.weight")->value.shape == Shape({4, 2}));
}

TEST_CASE("a row of padded layers equals the row alone, in every direction, with and without residual connections") {
  const auto values = numbers(4 * 3 * 3);
  for (const Reading reading : kReadings) {
    for (const bool residual : {false, true}) {
      ParameterSet parameters(Precision::f64, 1);
      LayerOptions options = layer_options(4, 3, reading);
      options.residual = residual;
      options.learned_start = true;
      const Layers layers = make_layers(parameters, options);
      for (Leaf* leaf : parameters.leaves()) {
        if (leaf->name.ends_with("start0")) fill(leaf->value, 0.3);
      }
      Tape tape(Precision::f64, false);
      const Layered batch = layers(tape.constant({4, 3, 3}, values), kLengths);
      CHECK(batch.outputs.shape() == Shape({4, 3, 4}));
      CHECK(batch.last.shape() == Shape({3, 4}));
      CHECK(batch.final.size() == (reading == Reading::both ? 6U : 3U));
      for (int b = 0; b < 3; ++b) {
        const int length = kLengths[static_cast<std::size_t>(b)];
        std::vector<double> own;
        for (int t = 0; t < length; ++t)
          own.insert(own.end(), values.begin() + (t * 3 + b) * 3, values.begin() + (t * 3 + b) * 3 + 3);
        const Layered alone = layers(tape.constant({length, 1, 3}, own), std::vector<int>{length});
        CAPTURE(static_cast<int>(reading), residual, b);
        for (int t = 0; t < length; ++t)
          CHECK(gap(at(at(batch.outputs, t), b).value(), at(at(alone.outputs, t), 0).value()) < 1e-14);
        CHECK(gap(at(batch.last, b).value(), alone.last.value()) < 1e-14);
        const Var stop = at(at(alone.outputs, reading == Reading::backward ? 0 : length - 1), 0);
        if (reading != Reading::both) CHECK(gap(alone.last.value(), stop.value()) < 1e-14);
      }
    }
  }
}

TEST_CASE("layers have the gradient of their formula, with residual connections and a learned start") {
  for (const Reading reading : kReadings) {
    Inputs inputs;
    LayerOptions options = layer_options(2, 3, reading);
    options.residual = true;
    options.learned_start = true;
    const Layers layers = make_layers(inputs.set, options);
    const Parameter x = inputs("x", {12, 3});
    CAPTURE(static_cast<int>(reading));
    CHECK(
        inputs.set.find("encoder.layer1." + std::string(reading == Reading::backward ? "backward" : "forward") + ".start1"));
    CHECK(wrong_gradient(inputs, [&](Tape& tape) {
            const Layered run = layers(reshape(x.on(tape), {4, 3, 3}), kLengths);
            Var loss = weigh(run.last);
            for (const int t : {0, 1, 3}) loss = loss + weigh(at(at(run.outputs, t), 0));  // true steps
            for (const State& state : run.final) loss = loss + weigh(state[1]);
            return loss;
          }).empty());
  }
}

TEST_CASE("residual connections add the input of each layer but the first") {
  ParameterSet parameters(Precision::f64, 1);
  LayerOptions options = layer_options(4, 2, Reading::both);
  const Layers plain = make_layers(parameters, options);
  options.residual = true;
  ParameterSet other(Precision::f64, 1);  // the same names and seed: the same numbers
  const Layers residual = make_layers(other, options);
  ParameterSet lower(Precision::f64, 1);
  const Layers first = make_layers(lower, layer_options(4, 1, Reading::both));
  Tape tape(Precision::f64, false);
  const Var x = tape.constant({4, 3, 3}, numbers(36));
  const std::vector<int> lengths{4, 4, 4};
  const Var sum = plain(x, lengths).outputs + first(x, lengths).outputs;
  CHECK(gap(residual(x, lengths).outputs.value(), sum.value()) < 1e-15);
}

TEST_CASE("a carried state goes on where the batch before stopped, and cuts the gradient") {
  ParameterSet parameters(Precision::f64, 1);
  const Layers layers = make_layers(parameters, layer_options(4, 2, Reading::forward));
  const auto values = numbers(6 * 2 * 3);
  const std::span<const double> all(values);
  Tape whole(Precision::f64, false);
  const Layered long_run = layers(whole.constant({6, 2, 3}, all), std::vector<int>{6, 6});
  CarriedState carried;
  CHECK(carried.empty());
  Tape tape(Precision::f64, true);
  for (int half = 0; half < 2; ++half) {
    tape.clear();
    const Var x = tape.constant({3, 2, 3}, all.subspan(static_cast<std::size_t>(half) * 18, 18));
    const LayerStates start = carried.empty() ? layers.initial(tape, 2) : carried.on(tape);
    const Layered run = layers(x, std::vector<int>{3, 3}, start);
    for (int t = 0; t < 3; ++t) CHECK(gap(at(run.outputs, t).value(), at(long_run.outputs, half * 3 + t).value()) < 1e-15);
    carried.take(run.final);
    for (const State& state : start) CHECK_FALSE(tape.wants_gradient(state[0]));
    tape.backward(weigh(run.last));
  }
  carried.clear();
  CHECK(carried.empty());
  CHECK_THROWS_AS(carried.on(tape), InternalError);
}

TEST_CASE("dropout stands between layers alone; the variational one drops the same units at every step") {
  for (const bool variational : {false, true}) {
    ParameterSet parameters(Precision::f64, 1);
    LayerOptions options = layer_options(3, 1, Reading::forward);
    options.dropout = 0.5;
    options.variational = variational;
    const Layers one = make_layers(parameters, options);
    Tape training(Precision::f64, true);
    Tape reading(Precision::f64, false);
    const auto values = numbers(4 * 3 * 3);
    const auto run = [&](const Layers& layers, Tape& tape) {
      tape.set_randomness(1, 1);
      return layers(tape.constant({4, 3, 3}, values), kLengths).outputs;
    };
    CHECK(gap(run(one, training).value(), run(one, reading).value()) == 0);
    const Tensor dropped = one.drop(training.constant({4, 3, 3}, std::vector<double>(36, 1.0))).value();
    int alike = 0;  // steps that lost what the first has lost
    for (int t = 0; t < 4; ++t) {
      bool same = true;
      for (int b = 0; b < 3; ++b) {
        for (int c = 0; c < 3; ++c) same = same && dropped.at(t * 3 + b, c) == dropped.at(b, c);
      }
      alike += same ? 1 : 0;
    }
    CHECK(alike == (variational ? 4 : 1));
    options.layers = 2;
    ParameterSet more(Precision::f64, 1);
    const Layers two = make_layers(more, options);
    CHECK(gap(run(two, training).value(), run(two, reading).value()) > 1e-3);
  }
}

TEST_CASE("units that two directions cannot share are refused") {
  ParameterSet parameters(Precision::f64, 1);
  CHECK_THROWS_WITH(make_layers(parameters, layer_options(5, 1, Reading::both)),
                    "'encoder' reads in both directions and shares its units between them: give it an even number of units, "
                    "not 5");
  CHECK_THROWS_AS(make_layers(parameters, layer_options(0, 1, Reading::forward)), InternalError);
}
