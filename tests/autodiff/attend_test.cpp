#include "autodiff/attend.h"
#include "autodiff/cross_entropy.h"

#include "autodiff/affine.h"
#include "autodiff/batched_product.h"
#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

const std::vector<int> kLengths{4, 1, 0};

}  // namespace

TEST_CASE("attend weighs the memory by the softmax of its scores", "[autodiff][attend]") {
  Inputs inputs;
  const Parameter scores = inputs("scores", {3, 2, 4}), memory = inputs("memory", {3, 4, 5});
  Tape tape(Precision::f64, true);
  const Attended result = attend(scores.on(tape), memory.on(tape), kLengths);
  REQUIRE(result.context.shape() == Shape{3, 2, 5});
  REQUIRE(result.weights.shape() == Shape{3, 2, 4});
  double sum = 0, context = 0;
  for (int s = 0; s < 4; ++s) sum += std::exp(scores.leaf().value.at(1, s));
  for (int s = 0; s < 4; ++s) context += std::exp(scores.leaf().value.at(1, s)) / sum * memory.leaf().value.at(s, 3);
  CHECK(result.context.value().at(1, 3) == Approx(context));
  CHECK(result.weights.value().at(2, 0) == 1);
  CHECK(result.weights.value().at(2, 1) == 0);
  CHECK(result.context.value().at(3, 4) == Approx(memory.leaf().value.at(4, 4)));
  CHECK(result.weights.value().at(5, 0) == 0);
  CHECK(result.context.value().at(5, 0) == 0);
}

TEST_CASE("attend's gradient through context, weights and both", "[autodiff][attend]") {
  Inputs inputs;
  const Parameter scores = inputs("scores", {3, 2, 4}), memory = inputs("memory", {3, 4, 5});
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(attend(scores.on(t), memory.on(t), kLengths).context); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(attend(scores.on(t), memory.on(t), kLengths).weights); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var m = tanh(memory.on(t));
          const Attended first = attend(tanh(scores.on(t)), m, kLengths);
          const Attended second = attend(scores.on(t), m, kLengths);
          return weigh(first.context) + weigh(first.weights * first.weights) + weigh(second.context) + weigh(m);
        }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {  // strided scores, and a memory without gradient
          return weigh(attend(columns(tanh(scores.on(t)), 1, 3), t.constant({3, 3, 5}, 0.3), kLengths).weights);
        }) == "");
}

TEST_CASE("a reach for each query, and weights alone", "[autodiff][attend]") {
  Inputs inputs;
  const Parameter scores = inputs("scores", {3, 2, 4}), memory = inputs("memory", {3, 4, 5});
  const std::vector<Reach> reaches{{1, 3}, {0, 4}, {3, 3}, {2, 4}, {0, 1}, {3, 4}};
  Tape tape(Precision::f64, true);
  const Attended result = attend(scores.on(tape), memory.on(tape), reaches);
  for (int r = 0; r < 6; ++r) {
    const Reach reach = reaches[static_cast<std::size_t>(r)];
    for (int s = 0; s < 4; ++s) CHECK((result.weights.value().at(r, s) > 0) == (s >= reach.first && s < reach.last));
  }
  CHECK(test::values_of(masked_softmax(scores.on(tape), reaches).value()) == test::values_of(result.weights.value()));
  CHECK(wrong_gradient(inputs, [&](Tape& t) { return weigh(attend(scores.on(t), memory.on(t), reaches).context); }) == "");
  CHECK(wrong_gradient(inputs, [&](Tape& t) {
          const Var weights = masked_softmax(tanh(scores.on(t)), reaches);
          return weigh(batched_product(weights, false, memory.on(t), false)) + weigh(weights);
        }) == "");
}

TEST_CASE("attend on a tape of any length", "[autodiff][attend]") {
  Inputs inputs;
  const Parameter scores = inputs("scores", {3, 2, 4}), memory = inputs("memory", {3, 4, 5});
  Tape reference(Precision::f64, false);
  const auto expected = test::values_of(attend(scores.on(reference), memory.on(reference), kLengths).context.value());
  for (int before = 0; before < 70; ++before) {  // the list of values grows, and moves, somewhere inside of attend
    Tape tape(Precision::f64, false);
    for (int i = 0; i < before; ++i) tape.zeros({1, 1});
    const Var s = scores.on(tape);
    const Var m = memory.on(tape);
    REQUIRE(test::values_of(attend(s, m, kLengths).context.value()) == expected);
  }
}

TEST_CASE("attend refuses shapes that do not belong together", "[autodiff][attend]") {
  Tape tape(Precision::f64, true);
  CHECK_THROWS_AS(attend(tape.zeros({2, 1, 3}), tape.zeros({2, 4, 5}), std::vector<int>{1, 1}), InternalError);
  CHECK_THROWS_AS(attend(tape.zeros({2, 1, 3}), tape.zeros({2, 3, 5}), std::vector<int>{1}), InternalError);
  CHECK_THROWS_AS(attend(tape.zeros({2, 3}), tape.zeros({2, 3, 5}), std::vector<int>{1, 1}), InternalError);
}

TEST_CASE("cross entropy: loss, counts and what does not count", "[autodiff][attend]") {
  Tape tape(Precision::f64, false);
  const std::vector<double> logits{0, 1, 2, 5, 0, 0, 1, 1, 1};
  const auto result = cross_entropy(tape.constant({3, 3}, logits), std::vector<int>{2, 1, -1}, 0.5);
  const double nats = -std::log(std::exp(2.0) / (1 + std::exp(1.0) + std::exp(2.0))) - std::log(1 / (std::exp(5.0) + 2));
  CHECK(result.nats == Approx(nats));
  CHECK(result.loss.value().at(0, 0) == Approx(nats / 2));
  CHECK(result.tokens == 2);
  CHECK(result.correct == 1);
  CHECK_THROWS_AS(cross_entropy(tape.constant({3, 3}, logits), std::vector<int>{2, 3, 0}, 1), InternalError);
  CHECK_THROWS_AS(cross_entropy(tape.constant({3, 3}, logits), std::vector<int>{2}, 1), InternalError);
}

TEST_CASE("cross entropy's gradient, in place and beside other users of the logits", "[autodiff][attend]") {
  Inputs inputs;
  const Parameter x = inputs("x", {2, 3, 4}), weight = inputs("weight", {4, 5}), bias = inputs("bias", {5});
  const std::vector<int> targets{0, 4, -1, 2, 2, 1};
  const auto logits = [&](Tape& t) { return affine(tanh(x.on(t)), weight.leaf(), &bias.leaf()); };
  const auto check = [&](const std::function<Var(Tape&)>& loss) { CHECK(wrong_gradient(inputs, loss) == ""); };
  check([&](Tape& t) { return cross_entropy(logits(t), targets, 0.25).loss; });
  check([&](Tape& t) { return cross_entropy(weight.on(t), std::vector<int>{1, 2, 3, 0}, 1).loss; });
  check([&](Tape& t) {
    const Var y = logits(t);
    return cross_entropy(y, targets, 0.25).loss + cross_entropy(y, targets, 2).loss;
  });
  check([&](Tape& t) {
    const Var y = logits(t);
    return cross_entropy(y, targets, 0.25).loss + weigh(tanh(y));
  });
  check([&](Tape& t) {
    const Var y = logits(t);
    const Var used = tanh(columns(y, 1, 2));
    return weigh(used) + cross_entropy(y, targets, 0.25).loss;
  });
  check([&](Tape& t) { return cross_entropy(reshape(logits(t), {6, 5}), targets, 0.25).loss; });
  check([&](Tape& t) {  // a folded sum as logits
    const Var addend = sigmoid(columns(concat({x.on(t), x.on(t)}), 0, 5));
    return cross_entropy(addend + logits(t), targets, 0.25).loss;
  });
  check([&](Tape& t) {  // logits that also feed another linear map
    const Var y = logits(t);
    return weigh(affine(columns(y, 0, 4), weight.leaf(), nullptr)) + cross_entropy(y, targets, 1).loss;
  });
  check([&](Tape& t) {
    return cross_entropy(columns(logits(t), 0, 5), targets, 1).loss * cross_entropy(logits(t), targets, 1).loss;
  });
}

TEST_CASE("the gradient of cross entropy takes the place of logits that nobody else needs", "[autodiff][attend]") {
  Inputs inputs(Precision::f32);
  const Parameter x = inputs("x", {64, 8}), weight = inputs("weight", {8, 4000});
  Tape tape(Precision::f32, true);
  const std::vector<int> targets(64, 3);
  const Var loss = cross_entropy(affine(x.on(tape), weight.leaf(), nullptr), targets, 1).loss;
  const std::size_t forward = tape.arena().used();
  tape.backward(loss);
  CHECK(tape.arena().used() - forward < 64 * 4000 * sizeof(float) / 2);
}
