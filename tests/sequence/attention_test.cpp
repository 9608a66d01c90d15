#include "sequence/attention.h"

#include <fmt/format.h>

#include "autodiff/batched_product.h"
#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

/// q . m of keys that are twice the memory.
class Doubled final : public Scoring {
 public:
  Var keys(Var memory) const override {
    if (calls_ != nullptr) ++*calls_;
    return 2.0 * memory;
  }
  Var score(Var query, Var keys) const override { return batched_product(query, false, keys, true); }
  explicit Doubled(int* calls) : calls_(calls) {}

 private:
  int* calls_;
};

/// For queries and a memory of two numbers.
Attention around(Inputs& inputs, const AttentionOptions& options, int* calls = nullptr) {
  return {inputs.set,
          "attention",
          2,
          2,
          options,
          [&](const std::string&, int, int) -> std::unique_ptr<Scoring> { return std::make_unique<Doubled>(calls); }};
}

}  // namespace

TEST_CASE("a memory is prepared once and asked many times", "[sequence][attention]") {
  Inputs inputs;
  int calls = 0;
  const Attention attention = around(inputs, {}, &calls);
  Tape tape(Precision::f64, false);
  const Var memory = tape.constant({1, 2, 2}, std::vector<double>{1, 0, 0, 1});
  std::vector<int> lengths{2};
  const AttentionMemory prepared = attention.remember(memory, lengths);
  lengths[0] = 0;  // the memory has its own copy
  for (const double sharpness : {0.0, 1.0}) {
    const Attended result = attention(tape.constant({1, 1, 2}, std::vector<double>{sharpness, 0}), prepared);
    const double first = std::exp(2 * sharpness) / (std::exp(2 * sharpness) + 1);
    CHECK(result.weights.value().at(0, 0) == Approx(first));
    CHECK(result.context.value().at(0, 1) == Approx(1 - first));
  }
  CHECK(calls == 1);
}

TEST_CASE("queries at once give what they give one by one, whatever stands around the score", "[sequence][attention]") {
  for (int setting = 0; setting < 7; ++setting) {
    AttentionOptions options;
    options.heads = setting == 1 || setting == 6 ? 2 : 1;
    options.key_width = setting == 2 ? 6 : 0;
    options.value_width = setting == 2 || setting == 6 ? 4 : 0;
    options.window = setting == 3 ? "local_m" : setting >= 4 && setting != 5 ? "local_p" : "global";
    options.monotonic = setting == 6;
    options.coverage = setting >= 5;
    options.width = 2;
    for (const bool causal : {false, true}) {
      CAPTURE(setting, causal);
      Inputs inputs;
      const Attention attention = around(inputs, options);
      const Parameter memory = inputs("memory", {3, 6, 2}), queries = inputs("queries", {3, 4, 2});
      CHECK(attention.context_size() == (options.value_width > 0 ? 4 : 2));
      const std::vector<int> lengths{6, 2, 4};
      Tape tape(Precision::f64, true);
      const AttentionMemory prepared = attention.remember(reshape(memory.on(tape), {3, 6, 2}), lengths, causal);
      const Attended together = attention(reshape(queries.on(tape), {3, 4, 2}), prepared);
      REQUIRE(together.context.shape() == Shape{3, 4, attention.context_size()});
      AttentionState state = attention.start(prepared);
      for (int t = 0; t < 4; ++t) {
        std::vector<double> own;
        for (int b = 0; b < 3; ++b) {
          for (int c = 0; c < 2; ++c) own.push_back(queries.leaf().value.at(b * 4 + t, c));
        }
        const Attended one = attention.step(tape.constant({3, 1, 2}, own), prepared, state);
        for (int b = 0; b < 3; ++b) {
          for (int c = 0; c < attention.context_size(); ++c)
            CHECK(one.context.value().at(b, c) == Approx(together.context.value().at(b * 4 + t, c)));
          for (int s = 0; s < 6; ++s) {
            CHECK(one.weights.value().at(b, s) == Approx(together.weights.value().at(b * 4 + t, s)));
            const bool hidden = s >= lengths[static_cast<std::size_t>(b)] || (causal && s > t);
            if (hidden) CHECK(one.weights.value().at(b, s) == 0);
          }
        }
      }
      CHECK(state.step == 4);
      CHECK(wrong_gradient(inputs, [&](Tape& own) {
              const auto again = attention.remember(reshape(memory.on(own), {3, 6, 2}), lengths, causal);
              const Attended answer = attention(reshape(queries.on(own), {3, 4, 2}), again);
              return weigh(answer.context) + weigh(answer.weights);
            }) == "");
    }
  }
}

TEST_CASE("a local window looks around the query's own place, and at the end where the memory is over",
          "[sequence][attention]") {
  Inputs inputs;
  AttentionOptions options;
  options.window = "local_m";
  options.width = 1;
  const Attention attention = around(inputs, options);
  CHECK(attention.counts_steps());
  Tape tape(Precision::f64, false);
  const auto prepared = attention.remember(tape.constant({1, 5, 2}, 1.0), std::vector<int>{4});
  const Tensor weights = attention(tape.zeros({1, 6, 2}), prepared).weights.value();
  const std::vector<std::vector<double>> expected{{.5, .5, 0, 0, 0},
                                                  {1 / 3., 1 / 3., 1 / 3., 0, 0},
                                                  {0, 1 / 3., 1 / 3., 1 / 3., 0},
                                                  {0, 0, .5, .5, 0},
                                                  {0, 0, .5, .5, 0},
                                                  {0, 0, .5, .5, 0}};
  for (int t = 0; t < 6; ++t) {
    for (int s = 0; s < 5; ++s)
      CHECK(weights.at(t, s) == Approx(expected[static_cast<std::size_t>(t)][static_cast<std::size_t>(s)]));
  }
}

TEST_CASE("coverage lowers what has been looked at, a monotonic window moves on", "[sequence][attention]") {
  Inputs inputs;
  AttentionOptions options;
  options.coverage = true;
  const Attention attention = around(inputs, options);
  fill(inputs.set.find("attention.coverage")->value, -3.0);
  Tape tape(Precision::f64, false);
  const std::vector<int> lengths{2};
  const auto prepared = attention.remember(tape.constant({1, 2, 2}, std::vector<double>{1, 0, 0, 0}), lengths);
  const Tensor weights = attention(tape.constant({1, 2, 2}, 1.0), prepared).weights.value();
  CHECK(weights.at(0, 0) > 0.5);
  CHECK(weights.at(1, 0) < weights.at(0, 0));

  Inputs others;
  options = {};
  options.window = "local_p";
  options.monotonic = true;
  options.width = 2;
  const Attention moving = around(others, options);
  for (Leaf* leaf : others.set.leaves()) fill(leaf->value, 0.0);  // each step is exp(0) = 1
  tape.clear();
  const std::vector<int> four{4};
  const auto memory = moving.remember(tape.constant({1, 4, 2}, 1.0), four);
  AttentionState state = moving.start(memory);
  for (int t = 0; t < 6; ++t) {
    const Attended answer = moving.step(tape.zeros({1, 1, 2}), memory, state);
    CHECK(state.carried[0].value().at(0, 0) == Approx(std::min(t, 3)));
    CHECK(answer.weights.value().at(0, std::min(t, 3)) > 0.19);
  }
}

TEST_CASE("hypotheses side by side give what each gives alone", "[sequence][attention]") {
  Inputs inputs;
  AttentionOptions options;
  options.coverage = true;
  options.window = "local_p";
  options.monotonic = true;
  options.heads = 2;
  options.width = 2;
  const Attention attention = around(inputs, options);
  for (const char* head : {"head1", "head2"}) fill(inputs.set.find(fmt::format("attention.{}.coverage", head))->value, -2.0);
  Tape tape(Precision::f64, false);
  const std::vector<int> lengths{3, 2};
  Random random(3, "numbers");
  const auto numbers = [&](int count) {
    std::vector<double> all;
    for (int i = 0; i < count; ++i) all.push_back(random.normal());
    return all;
  };
  const auto memory = attention.remember(tape.constant({2, 3, 2}, numbers(12)), lengths);
  AttentionState both = attention.start(memory, 2), first = attention.start(memory), second = attention.start(memory);
  for (int t = 0; t < 3; ++t) {
    const auto q = numbers(8);  // [2, 2, 2]
    const Attended together = attention.step(tape.constant({2, 2, 2}, q), memory, both);
    const std::vector<double> own1{q[0], q[1], q[4], q[5]}, own2{q[2], q[3], q[6], q[7]};
    const Attended one = attention.step(tape.constant({2, 1, 2}, own1), memory, first);
    const Attended two = attention.step(tape.constant({2, 1, 2}, own2), memory, second);
    for (int b = 0; b < 2; ++b) {
      for (int s = 0; s < 3; ++s) {
        CHECK(together.weights.value().at(b * 2, s) == Approx(one.weights.value().at(b, s)));
        CHECK(together.weights.value().at(b * 2 + 1, s) == Approx(two.weights.value().at(b, s)));
      }
    }
  }
}

TEST_CASE("heads that do not divide a width are refused in words", "[sequence][attention]") {
  Inputs inputs;
  AttentionOptions options;
  options.heads = 3;
  CHECK_THROWS_WITH(around(inputs, options), ContainsSubstring("attention.heads = 3 does not divide the query's width = 2"));
  options.key_width = 6;
  CHECK_THROWS_WITH(around(inputs, options), ContainsSubstring("the memory's width = 2"));
}

TEST_CASE("settings of [attention] without an effect are left out", "[sequence][attention]") {
  const auto names = [](const OptionValues& given) {
    std::vector<std::string> all;
    for (const auto& [name, value] : attention_settings(given)) all.push_back(name);
    return all;
  };
  using Names = std::vector<std::string>;
  CHECK(names({{"width", std::int64_t{3}}, {"additive.units", std::int64_t{3}}}) ==
        Names{"coverage", "heads", "key_width", "value_width", "window"});
  CHECK(names({{"window", std::string("local_m")}}) ==
        Names{"coverage", "heads", "key_width", "value_width", "width", "window"});
  CHECK(names({{"window", std::string("local_p")}}) ==
        Names{"coverage", "heads", "key_width", "monotonic", "value_width", "width", "window"});
  CHECK_THROWS_AS(attention_settings({{"heads", std::int64_t{0}}}), UserError);
}

TEST_CASE("one value per query and one per position meet in every pair", "[sequence][attention]") {
  Inputs inputs;
  const Parameter query = inputs("query", {2, 3, 4}), keys = inputs("keys", {2, 5, 4});
  Tape tape(Precision::f64, true);
  const Var sums = pointwise([](auto q, auto k) { return q + k; }, per_query(query.on(tape)), per_position(keys.on(tape)));
  REQUIRE(sums.shape() == Shape{2, 3, 5, 4});
  CHECK(sums.value().at((1 * 3 + 2) * 5 + 3, 1) ==
        Approx(query.leaf().value.at(1 * 3 + 2, 1) + keys.leaf().value.at(1 * 5 + 3, 1)));
}

TEST_CASE("normalised rows have length 1, and a gradient", "[sequence][attention]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4});
  Tape tape(Precision::f64, false);
  const Var unit = normalise(x.on(tape));
  for (int r = 0; r < 6; ++r) {
    double squares = 0;
    for (int c = 0; c < 4; ++c) squares += unit.value().at(r, c) * unit.value().at(r, c);
    CHECK(squares == Approx(1));
  }
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(tanh(normalise(x.on(t)))); }) == "");
  for (int c = 0; c < 4; ++c) x.leaf().value.set(1, c, 0);
  tape.clear();
  CHECK(normalise(x.on(tape)).value().at(1, 2) == 0);
  Tape training(Precision::f64, true);
  training.backward(weigh(normalise(x.on(training))));
  for (const double value : test::values_of(x.leaf().gradient)) CHECK(std::isfinite(value));
}

TEST_CASE("normalise on a tape of any length", "[sequence][attention]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4});
  Tape reference(Precision::f64, false);
  const auto expected = test::values_of(normalise(x.on(reference)).value());
  for (int before = 0; before < 70; ++before) {
    Tape tape(Precision::f64, false);
    for (int i = 0; i < before; ++i) tape.zeros({1, 1});
    REQUIRE(test::values_of(normalise(x.on(tape)).value()) == expected);
  }
}
