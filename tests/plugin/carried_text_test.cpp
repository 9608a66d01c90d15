#include "plugin/carried_text.h"

#include "catch.h"
#include "core/error.h"

using namespace seqlab;

TEST_CASE("a carried state comes back from text to the bit", "[plugin][carried_text]") {
  const Precision precision = GENERATE(Precision::f32, Precision::f64);
  CarriedState state;
  CHECK(carried_state_of(text_of(state)).empty());
  Tape tape(precision, false);
  const Var numbers = tape.constant({2, 2}, std::vector<double>{0.1, -1e-30, 3, 4});
  const Var third = tape.constant({2, 1}, 1.0 / 3);
  state.take({State{numbers, third}, State(tape.constant({1, 1}, -0.0))});
  const CarriedState read = carried_state_of(text_of(state));
  CHECK(text_of(read) == text_of(state));
  Tape other(precision, false);
  const LayerStates layers = read.on(other);
  REQUIRE(layers.size() == 2);
  REQUIRE(layers[0].size() == 2);
  CHECK(layers[0][0].value().at(0, 1) == numbers.value().at(0, 1));
  CHECK(layers[0][1].value().at(1, 0) == third.value().at(1, 0));
}

TEST_CASE("a carried state that is damaged is refused", "[plugin][carried_text]") {
  for (const std::string text : {"", "1", "1 1 2 2 0 0 0", "1 1 -1 2 0", "x", "1 1 1 1 zz", "1 1 99999999999 1 0"}) {
    INFO(text);
    CHECK_THROWS_AS(carried_state_of(text), EnvironmentError);
  }
}
