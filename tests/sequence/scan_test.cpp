#include "sequence/scan.h"

#include <cmath>
#include <limits>

#include "autodiff/dropout.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "golden/golden_file.h"
#include "kernels/parallel.h"
#include "plugin/cell.h"
#include "sequence/unroll.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

using Run = Unrolled (*)(const Recurrence&, Var, std::span<const int>, const State&, TimeDirection);

struct Sizes {
  int inputs, units, steps, batch;
};

/// Outputs at true steps, the final state, and all gradients of their weighed sum.
std::vector<double> everything(const std::function<std::unique_ptr<Recurrence>(ParameterSet&)>& make, Run run,
                               const Sizes& s, const std::vector<int>& lengths, TimeDirection direction, Precision precision,
                               double padding = 0) {
  Inputs inputs(precision);
  const Parameter x = inputs("x", {s.steps * s.batch, s.inputs});
  const Parameter start = inputs("start", {s.batch, s.units});
  const auto cell = make(inputs.set);
  for (int t = 0; t < s.steps; ++t) {
    for (int b = 0; b < s.batch; ++b) {
      if (t >= lengths[static_cast<std::size_t>(b)]) fill(x.leaf().value.slice_rows(t * s.batch + b, {s.inputs}), padding);
    }
  }
  Tape tape(precision, true);
  std::vector<Var> state;
  for (const Var& part : cell->initial(tape, s.batch))
    state.push_back(state.empty() ? pointwise([](auto a, auto b) { return a + b; }, part, start) : part);
  const Unrolled got = run(*cell, reshape(x.on(tape), {s.steps, s.batch, s.inputs}), lengths, State(state), direction);
  std::vector<double> mask;
  for (int i = 0; i < s.steps * s.batch; ++i)
    mask.push_back(i / s.batch < lengths[static_cast<std::size_t>(i % s.batch)] ? 1 : 0);
  const Var real = pointwise([](auto y, auto m) { return where_less(m, 0.5, 0.0 * m, y); }, got.outputs,
                             tape.constant({s.steps, s.batch, 1}, mask));
  Var loss = weigh(real);
  for (const Var& part : got.final) loss = loss + weigh(part);
  tape.backward(loss);
  std::vector<double> all = golden::numbers(real.value());
  const auto append = [&](const Tensor& tensor) {
    const auto more = golden::numbers(tensor);
    all.insert(all.end(), more.begin(), more.end());
  };
  for (const Var& part : got.final) append(part.value());
  for (const Leaf* leaf : inputs.set.leaves()) append(leaf->gradient);
  return all;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double gap = std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i]));
    worst = std::isfinite(gap) ? std::max(worst, gap) : std::numeric_limits<double>::infinity();
  }
  return worst;
}

struct Variant {
  std::string cell;
  OptionValues options;
  bool scanned;  // in one record
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{{"rnn", {}, true},
                                        {"rnn", {{"activation", std::string("relu")}}, true},
                                        {"lstm", {}, true},
                                        {"lstm", {{"peepholes", true}}, true},
                                        {"lstm", {{"coupled", true}}, true},
                                        {"lstm", {{"peepholes", true}, {"coupled", true}}, true},
                                        {"gru", {}, true},
                                        {"gru", {{"reset", std::string("before")}}, true},
                                        {"peephole_lstm", {}, true},
                                        {"mgu", {}, true},
                                        {"ugrnn", {}, true},
                                        {"indrnn", {}, true},
                                        {"layer_norm_lstm", {}, false}};
  return all;
}

auto maker(const Variant& variant, const Sizes& s) {
  return [&variant, s](ParameterSet& parameters) -> std::unique_ptr<Recurrence> {
    CellContext context(parameters, "cell", s.inputs, s.units);
    return golden::registry().get(Kind::cell, variant.cell).make_cell(variant.options, context);
  };
}

/// What its step does is not told to the tape in linear maps and equations of its own numbers alone.
class Odd final : public Recurrence {
 public:
  enum class Way { adds_inputs, drops, swaps, widens };
  explicit Odd(Way way) : way_(way) {}
  State initial(Tape& tape, int batch) const override { return {tape.zeros({batch, 2}), tape.zeros({batch, 2})}; }
  State step(Var x, const State& s) const override {
    if (way_ == Way::drops) return {dropout(x + s[0], 0.5), s[1]};
    if (way_ == Way::swaps) return {pointwise([](auto a, auto b) { return tanh(a + b); }, x, s[1]), s[0]};
    if (way_ == Way::widens)
      return {pointwise([](auto a, auto b) { return a + tanh(b); }, s[0], columns(x, 1, 1)), s[1] + s[0]};
    return pointwise([](auto in, auto h, auto n) { return outputs(0.5 * h + in, n + in * h); }, x, s[0], s[1]);
  }

 private:
  Way way_;
};

struct Threads {
  explicit Threads(int count) : before(thread_count()) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(before); }
  int before;
};

}  // namespace

TEST_CASE("the scan computes what steps on the tape compute: values and all gradients, every cell") {
  const Sizes small{3, 5, 4, 3};
  const Sizes large{7, 33, 6, 20};
  for (const Variant& variant : variants()) {
    for (const Sizes& s : {small, large}) {
      std::vector<int> equal(static_cast<std::size_t>(s.batch), s.steps);
      std::vector<int> padded;
      for (int b = 0; b < s.batch; ++b) padded.push_back(1 + (b * 2) % s.steps);
      for (const auto& lengths : {equal, padded}) {
        for (const TimeDirection direction : {TimeDirection::forward, TimeDirection::backward}) {
          for (const Precision precision : {Precision::f64, Precision::f32}) {
            for (const int threads : {1, 2}) {
              const Threads own(threads);
              CAPTURE(variant.cell, variant.options.size(), s.units, lengths == padded, static_cast<int>(direction),
                      precision_name(precision), threads);
              const auto steps = everything(maker(variant, s), unroll_steps, s, lengths, direction, precision);
              const auto scanned = everything(maker(variant, s), unroll, s, lengths, direction, precision);
              CHECK(distance(scanned, steps) < (precision == Precision::f64 ? 1e-12 : 2e-4));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("which cells run in one record") {
  for (const Variant& variant : variants()) {
    Inputs inputs;
    const auto cell = maker(variant, {3, 4, 5, 2})(inputs.set);
    for (const bool training : {true, false}) {
      Tape tape(Precision::f64, training);
      const Var projected = cell->project(tape.constant({5, 2, 3}, 0.5));
      const auto program = step_program(*cell, projected, cell->initial(tape, 2));
      CAPTURE(variant.cell, training);
      CHECK(program.has_value() == variant.scanned);
      CHECK(tape.watcher() == nullptr);
    }
  }
}

TEST_CASE("a sum takes the place of its inputs where nobody else reads them") {
  const auto in_place = [](const Variant& variant) {
    Inputs inputs;
    const auto cell = maker(variant, {3, 4, 5, 2})(inputs.set);
    Tape tape(Precision::f64, true);
    const Var projected = cell->project(tape.constant({5, 2, 3}, 0.5));
    const auto program = step_program(*cell, projected, cell->initial(tape, 2));
    int count = 0;
    for (const auto& result : program->results) count += result.in_place ? 1 : 0;
    return count;
  };
  CHECK(in_place(variants()[2]) == 1);  // lstm
  CHECK(in_place(variants()[6]) == 0);  // gru: the reset gate acts on the product alone
  CHECK(in_place(variants()[7]) == 2);  // gru, reset before: gates and candidate
}

TEST_CASE("steps that cannot be repeated without the tape run on it") {
  for (const Odd::Way way : {Odd::Way::adds_inputs, Odd::Way::drops, Odd::Way::swaps, Odd::Way::widens}) {
    const Odd cell(way);
    Tape tape(Precision::f64, true);
    const Var x = tape.constant({3, 2, 2}, 0.5);
    CHECK(step_program(cell, x, cell.initial(tape, 2)).has_value() == (way == Odd::Way::adds_inputs));
    const auto make = [&](ParameterSet&) -> std::unique_ptr<Recurrence> { return std::make_unique<Odd>(way); };
    if (way == Odd::Way::drops) continue;  // its masks depend on the order of operations
    const auto steps = everything(make, unroll_steps, {2, 2, 3, 2}, {3, 2}, TimeDirection::forward, Precision::f64);
    const auto scanned = everything(make, unroll, {2, 2, 3, 2}, {3, 2}, TimeDirection::forward, Precision::f64);
    CHECK(distance(scanned, steps) < 1e-12);
  }
}

TEST_CASE("huge numbers in the padding change no bit of a scan, forward or back") {
  const Sizes s{3, 20, 5, 16};
  std::vector<int> lengths;
  for (int b = 0; b < s.batch; ++b) lengths.push_back(1 + b % s.steps);
  for (const Variant& variant : variants()) {
    if (variant.options.contains("activation") || variant.cell == "indrnn") continue;  // relu of 1e30, squared, is infinite
    const auto run = [&](double padding) {
      return everything(maker(variant, s), unroll, s, lengths, TimeDirection::backward, Precision::f32, padding);
    };
    CAPTURE(variant.cell);
    CHECK(run(0) == run(1e6));
  }
}

TEST_CASE("10,000 steps are trained without deep recursion") {
  const Sizes s{2, 4, 10'000, 1};
  const auto scanned = everything(maker(variants()[2], s), unroll, s, {10'000}, TimeDirection::forward, Precision::f32);
  for (const double value : scanned) CHECK_FALSE(!std::isfinite(value));
}
