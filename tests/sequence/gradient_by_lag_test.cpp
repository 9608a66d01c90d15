#include "sequence/gradient_by_lag.h"

#include <cmath>

#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "golden/golden_file.h"
#include "plugin/cell.h"
#include "sequence/unroll.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// h' = h / 2 + x: of a loss of the last state, the gradient halves at every step back.
class Halving final : public Recurrence {
 public:
  [[nodiscard]] State initial(Tape& tape, int batch) const override { return tape.zeros({batch, 2}); }
  [[nodiscard]] State step(Var x, const State& s) const override {
    return pointwise([](auto in, auto h) { return 0.5 * h + in; }, x, s[0]);
  }
};

struct Looked {
  Inputs inputs;
  StateTrace states;
  Tape tape{Precision::f64, true};
};

/// The loss is a weighed sum of the last state.
void look(Looked& at, const Recurrence& cell, int steps, int inputs, const std::vector<int>& lengths,
          TimeDirection direction) {
  at.tape.trace_states(&at.states);
  const auto batch = static_cast<std::int64_t>(lengths.size());
  const Var x = reshape(at.inputs("x", {steps * batch, inputs}).on(at.tape), {steps, batch, inputs});
  const Unrolled run = unroll(cell, x, lengths, cell.initial(at.tape, static_cast<int>(batch)), direction);
  at.tape.backward(weigh(run.final[0]));
}

}  // namespace

TEST_CASE("the gradient of a state that is halved at each step halves with each lag", "[gradient_by_lag]") {
  for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
    Looked at;
    look(at, Halving(), 40, 2, {40}, direction);
    REQUIRE(at.states.layers.size() == 1);
    const auto norms = gradient_by_lag(at.states.layers[0]);
    CHECK(norms.front().lag == 0);
    CHECK(norms.front().norm > 1);
    CHECK(norms.back().lag == 39);
    for (const auto& [lag, norm] : norms) CHECK(norm == Approx(norms[0].norm * std::pow(0.5, lag)).epsilon(1e-12));
    for (int lag = 0; lag < 16; ++lag) CHECK(norms[static_cast<std::size_t>(lag)].lag == lag);
  }
}

TEST_CASE("a lag counts from the end of its own row", "[gradient_by_lag]") {
  Looked at;
  look(at, Halving(), 9, 2, {9, 3, 0}, TimeDirection::forward);
  Looked alone;
  look(alone, Halving(), 9, 2, {9}, TimeDirection::forward);
  const auto both = gradient_by_lag(at.states.layers[0]);
  const auto first = gradient_by_lag(alone.states.layers[0]);
  REQUIRE(both.size() == 9);
  CHECK(both[0].norm > first[0].norm);                         // two rows have a last state
  CHECK(both[2].norm == Approx(both[0].norm / 4));             // so they do at lag 2
  CHECK(both[3].norm == Approx(first[3].norm).epsilon(1e-9));  // only one is longer
}

TEST_CASE("what is reported for an LSTM is d loss / d h by finite differences", "[gradient_by_lag]") {
  constexpr int kSteps = 6, kUnits = 3, kInputs = 2;
  ParameterSet parameters(Precision::f64, 1);
  CellContext context(parameters, "cell", kInputs, kUnits);
  const auto cell = golden::registry().get(Kind::cell, "lstm").make_cell({}, context);
  Looked at;
  look(at, *cell, kSteps, kInputs, {kSteps}, TimeDirection::forward);
  const auto norms = gradient_by_lag(at.states.layers[0]);
  REQUIRE(norms.size() == kSteps);
  const std::vector<double> numbers = golden::numbers(at.inputs.set.leaves()[0]->value);
  // The loss where unit u of h is moved by `delta` behind step t.
  const auto moved = [&](int t, int u, double delta) {
    Tape tape(Precision::f64, false);
    const Var x = cell->project(tape.constant({kSteps, 1, kInputs}, numbers));
    State state = cell->initial(tape, 1);
    for (int step = 0; step < kSteps; ++step) {
      state = cell->step(seqlab::at(x, step), state);
      if (step != t) continue;
      std::vector<double> change(kUnits, 0.0);
      change[static_cast<std::size_t>(u)] = delta;
      state = {state[0] + tape.constant({1, kUnits}, change), state[1]};
    }
    return weigh(state[0]).value().at(0, 0);
  };
  constexpr double kDelta = 1e-5;
  for (const auto& [lag, norm] : norms) {
    double squares = 0;
    for (int u = 0; u < kUnits; ++u) {
      const double slope = (moved(kSteps - 1 - lag, u, kDelta) - moved(kSteps - 1 - lag, u, -kDelta)) / (2 * kDelta);
      squares += slope * slope;
    }
    CHECK(norm == Approx(std::sqrt(squares)).epsilon(1e-6));
  }
}

TEST_CASE("a long sequence is shown at few lags", "[gradient_by_lag]") {
  Looked at;
  look(at, Halving(), 2000, 2, {2000}, TimeDirection::forward);
  const auto norms = gradient_by_lag(at.states.layers[0]);
  CHECK(norms.back().lag == 1999);
  CHECK(norms.size() < 70);
  for (std::size_t i = 17; i < norms.size(); ++i) CHECK(norms[i].lag > norms[i - 1].lag);
}
