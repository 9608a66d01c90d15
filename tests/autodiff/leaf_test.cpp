#include "autodiff/leaf.h"

#include "autodiff/affine.h"
#include "autodiff/gradient.h"
#include "autodiff/lookup.h"
#include "catch.h"
#include "kernels/matrix.h"
#include "nn/optimizer.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;

namespace {

/// One way in which a batch uses the table [6, 4]; the first letter comes first.
Var use(Tape& tape, const Parameter& table, char way, int batch) {
  switch (way) {
    case 'r': return weigh(tanh(lookup(tape, table.leaf(), std::vector<int>{batch % 6, (batch + 2) % 6}, {2, 4})));
    case 'h': return weigh(tanh(affine(tape.one_hot(std::vector<int>{(batch + 1) % 6}, {1, 6}), table.leaf(), nullptr)));
    case 'd': return weigh(tanh(affine(tape.constant({3, 6}, 0.1 * (batch + 1)), table.leaf(), nullptr)));
    default: return weigh(tanh(table.on(tape)));  // 'v': as a value
  }
}

Var uses(Tape& tape, const Parameter& table, const std::string& ways, int batch) {
  Var total;
  for (const char way : ways) {
    const Var one = use(tape, table, way, batch);
    total = total.exists() ? total + one : one;
  }
  return total;
}

}  // namespace

TEST_CASE("rows and the whole of one table in one batch, in any order", "[autodiff][leaf]") {
  for (const std::string ways :
       {"r", "h", "rr", "rd", "dr", "rv", "vr", "hd", "dh", "hv", "vh", "rdv", "vdr", "hrdv", "dd", "vd"}) {
    INFO(ways);
    Inputs inputs;
    const Parameter table = inputs("table", {6, 4});
    CHECK(test::wrong_gradient(inputs, [&](Tape& t) { return uses(t, table, ways, 1); }) == "");
  }
}

TEST_CASE("batches that touch rows, all or nothing follow each other without a trace", "[autodiff][leaf]") {
  const std::vector<std::string> plan{"r", "v", "r", "", "d", "h", "dr", "rd", "h", "v", "vr", "r", "", "r"};
  Inputs inputs;
  const Parameter table = inputs("table", {6, 4});
  Sgd sgd(inputs.set, 0.1, 0);
  Tape tape(Precision::f64, true);
  for (std::size_t batch = 0; batch < plan.size(); ++batch) {
    INFO("batch " << batch << " '" << plan[batch] << "'");
    // The same batch with a fresh copy of the table, whose gradient has no history.
    Inputs fresh;
    const Parameter copy = fresh("table", {6, 4});
    fresh.set.restore(inputs.set.snapshot());
    Tape other(Precision::f64, true);
    std::vector<double> expected(24, 0.0);
    if (!plan[batch].empty()) {
      other.backward(uses(other, copy, plan[batch], static_cast<int>(batch)));
      expected = test::values_of(copy.leaf().gradient);
      tape.clear();
      tape.backward(uses(tape, table, plan[batch], static_cast<int>(batch)));
      REQUIRE(test::largest_difference(test::values_of(table.leaf().gradient), expected) < 1e-15);
    }
    const auto before = inputs.set.snapshot();
    sgd.step(1.0);
    const auto after = inputs.set.snapshot();
    for (std::size_t i = 0; i < after.size(); ++i) REQUIRE(after[i] == Approx(before[i] - 0.1 * expected[i]).epsilon(1e-12));
    CHECK(table.leaf().touched == Touched::nothing);
    CHECK(table.leaf().rows.empty());
  }
}

TEST_CASE("a row is listed once, and a cleared table lists none", "[autodiff][leaf]") {
  Inputs inputs;
  const Parameter table = inputs("table", {5, 2});
  Leaf& leaf = table.leaf();
  leaf.add_to_row(3);
  leaf.add_to_row(1);
  leaf.add_to_row(3).set(3, 1, 7);
  CHECK(leaf.rows == std::vector<int>{3, 1});
  leaf.clear_gradient();
  CHECK(leaf.touched == Touched::nothing);
  CHECK(leaf.rows.empty());
  CHECK(leaf.add_to_row(3).at(3, 1) == 0);
  CHECK(leaf.rows == std::vector<int>{3});
  leaf.add_to_all().set(0, 0, 2);
  CHECK(leaf.touched == Touched::all);
  CHECK(leaf.rows.empty());
  leaf.clear_gradient();
  CHECK(leaf.add_to_row(0).at(0, 0) == 0);
}
