#include "sequence/embedder.h"

#include "autodiff/gradient.h"
#include "catch.h"
#include "core/error.h"
#include "kernels/matrix.h"
#include "nn/linear.h"

using namespace seqlab;
using test::weigh;

TEST_CASE("an embedder gives the table's rows, and its table is a parameter", "[sequence][embedder]") {
  ParameterSet set(Precision::f64, 1);
  const Embedder embedder(set, "words", 3, {false, 2, {0, 1, 10, 11, 20, 21}});
  CHECK(embedder.dimension() == 2);
  CHECK(set.count() == 6);
  Tape tape(Precision::f64, true);
  const std::vector<int> ids{2, 0, 1, 1};
  const Var vectors = embedder(tape, ids, 2, 2);
  CHECK(vectors.shape() == Shape{2, 2, 2});
  CHECK(test::values_of(vectors.value()) == std::vector<double>{20, 21, 0, 1, 10, 11, 10, 11});
  tape.backward(weigh(vectors));
  CHECK(set.find("words")->touched == Touched::rows);
  CHECK_THROWS_AS(Embedder(set, "short", 3, {false, 2, {0, 1}}), InternalError);
}

TEST_CASE("the identity stores nothing and selects rows", "[sequence][embedder]") {
  ParameterSet set(Precision::f64, 1);
  const Embedder embedder(set, "words", 4, {true, 4, {}});
  CHECK(embedder.dimension() == 4);
  CHECK(set.count() == 0);
  const Linear map(set, "map", 4, 3, no_bias);
  Tape tape(Precision::f64, true);
  const std::vector<int> ids{3, 0};
  const Var y = map(embedder(tape, ids, 1, 2));
  CHECK(y.shape() == Shape{1, 2, 3});
  CHECK(y.value().at(0, 1) == set.find("map.weight")->value.at(3, 1));
}

TEST_CASE("a frozen table collects no gradient until it thaws", "[sequence][embedder]") {
  ParameterSet set(Precision::f64, 1);
  const Embedder embedder(set, "words", 3, {false, 2, {0, 1, 10, 11, 20, 21}}, {.frozen_epochs = 2});
  const Linear map(set, "map", 2, 2, no_bias);
  const std::vector<int> ids{2, 0};
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    set.begin_epoch(epoch);
    set.clear_gradients();
    Tape tape(Precision::f64, true);
    tape.backward(weigh(map(embedder(tape, ids, 1, 2))));
    CHECK(set.find("words")->touched == (epoch < 2 ? Touched::nothing : Touched::rows));
    CHECK(set.find("map.weight")->touched == Touched::all);
  }
}

TEST_CASE("a projection is a learned linear map of the vectors", "[sequence][embedder]") {
  ParameterSet set(Precision::f64, 1);
  const Embedder embedder(set, "words", 2, {false, 2, {1, 0, 0, 2}}, {.projection = 3});
  const Embedder unit(set, "one_hot", 4, {true, 4, {}}, {.projection = 3});
  CHECK(embedder.dimension() == 3);
  CHECK(unit.dimension() == 3);
  Tape tape(Precision::f64, true);
  const std::vector<int> ids{1, 0};
  const Var vectors = embedder(tape, ids, 1, 2);
  const Tensor& weight = set.find("words.projection.weight")->value;
  for (int c = 0; c < 3; ++c) {
    CHECK(vectors.value().at(0, c) == Approx(2 * weight.at(1, c)));
    CHECK(vectors.value().at(1, c) == Approx(weight.at(0, c)));
  }
  CHECK(unit(tape, ids, 1, 2).value().at(0, 1) == Approx(set.find("one_hot.projection.weight")->value.at(1, 1)));
}

TEST_CASE("a scaled table is kept over sqrt(D) and looked up times sqrt(D)", "[sequence][embedder]") {
  ParameterSet set(Precision::f64, 1);
  const Embedder embedder(set, "words", 2, {false, 4, {0, 1, 2, 3, 10, 11, 12, 13}}, {.scaled = true});
  CHECK(embedder.scaled());
  CHECK(set.find("words")->value.at(1, 2) == 6);
  Tape tape(Precision::f64, true);
  const std::vector<int> ids{1};
  const Var vectors = embedder(tape, ids, 1, 1);
  CHECK(test::values_of(vectors.value()) == std::vector<double>{10, 11, 12, 13});
  tape.backward(weigh(vectors));
  const double scaled = set.find("words")->gradient.at(1, 3);

  ParameterSet plain_set(Precision::f64, 1);
  const Embedder plain(plain_set, "words", 2, {false, 4, {0, 1, 2, 3, 10, 11, 12, 13}});
  Tape other(Precision::f64, true);
  other.backward(weigh(plain(other, ids, 1, 1)));
  CHECK(scaled == Approx(2 * plain_set.find("words")->gradient.at(1, 3)));

  const Embedder unit(set, "one_hot", 4, {true, 4, {}}, {.scaled = true});
  CHECK(unit(tape, ids, 1, 1).value().at(0, 1) == 1);
}
