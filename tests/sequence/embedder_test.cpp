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
