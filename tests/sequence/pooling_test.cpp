#include "sequence/pooling.h"

#include "autodiff/gradient.h"
#include "autodiff/layout.h"
#include "catch.h"
#include "core/error.h"

using namespace seqlab;
using test::Inputs;
using test::weigh;
using test::wrong_gradient;

namespace {

class Dot final : public Scoring {
 public:
  [[nodiscard]] Var score(Var query, Var keys) const override;
};

Var Dot::score(Var query, Var keys) const {
  return pointwise_sum([](auto q, auto k) { return q * k; }, per_query(query), per_position(keys));
}

Attention dot(ParameterSet& parameters, const AttentionOptions& options = {}) {
  return {parameters, "pool.attention",
          3,          3,
          options,    [](const std::string&, int, int) -> std::unique_ptr<Scoring> { return std::make_unique<Dot>(); }};
}

const std::vector<int> kLengths{3, 1, 0, 2};
constexpr std::array kPools{Pool::last, Pool::mean, Pool::max, Pool::attention};

Pooling make(ParameterSet& parameters, Pool pool) {
  return {parameters, "pool", 3, pool, pool == Pool::attention ? dot(parameters) : Attention()};
}

/// As if layers had given x [3, 4, 3].
Layered layered(Var x) { return {x, at(x, 0), {}}; }

}  // namespace

TEST_CASE("pooling has the gradient of its formula") {
  for (const Pool pool : kPools) {
    Inputs inputs;
    const Parameter x = inputs("x", {12, 3});
    const Pooling pooling = make(inputs.set, pool);
    CAPTURE(static_cast<int>(pool));
    CHECK((inputs.set.find("pool.query") != nullptr) == (pool == Pool::attention));
    CHECK(wrong_gradient(inputs, [&](Tape& tape) {
            return weigh(pooling(layered(reshape(x.on(tape), {3, 4, 3})), kLengths));
          }).empty());
  }
}

TEST_CASE("what stands behind a row's length does not reach its vector, and an empty row gives zeros") {
  for (const Pool pool : {Pool::mean, Pool::max, Pool::attention}) {
    Inputs inputs(Precision::f32);
    const Parameter x = inputs("x", {12, 3});
    const Pooling pooling = make(inputs.set, pool);
    const auto run = [&](double garbage) {
      for (const auto& [t, b] : {std::pair{1, 1}, {2, 1}, {0, 2}, {2, 2}, {2, 3}})
        fill(x.leaf().value.slice_rows(t * 4 + b, {3}), garbage);
      Tape tape(Precision::f32, false);
      const Tensor y = pooling(layered(reshape(x.on(tape), {3, 4, 3})), kLengths).value();
      std::vector<double> values;
      for (std::int64_t i = 0; i < 12; ++i) values.push_back(y.at(i / 3, i % 3));
      return values;
    };
    const auto clean = run(0);
    CHECK(clean == run(1e6));
    for (std::size_t c = 6; c < 9; ++c) CHECK(clean[c] == 0);
  }
}

TEST_CASE("a score belongs to pooling by attention alone") {
  ParameterSet parameters(Precision::f32, 1);
  CHECK_THROWS_AS(Pooling(parameters, "pool", 3, Pool::attention, {}), InternalError);
  CHECK_THROWS_AS(Pooling(parameters, "pool", 3, Pool::mean, dot(parameters)), InternalError);
}

TEST_CASE("pooling refuses what needs a query after another") {
  for (int i = 0; i < 3; ++i) {
    ParameterSet parameters(Precision::f32, 1);
    AttentionOptions options;
    options.coverage = i == 0;
    options.window = i == 0 ? "global" : i == 1 ? "local_m" : "local_p";
    options.monotonic = i == 2;
    CHECK_THROWS_AS(Pooling(parameters, "pool", 3, Pool::attention, dot(parameters, options)), UserError);
  }
}

TEST_CASE("pooling is as wide as the values of its attention") {
  Inputs inputs;
  const Parameter x = inputs("x", {12, 3});
  AttentionOptions options;
  options.value_width = 5;
  const Pooling pooling(inputs.set, "pool", 3, Pool::attention, dot(inputs.set, options));
  CHECK(pooling.width() == 5);
  CHECK(wrong_gradient(inputs, [&](Tape& tape) {
          return weigh(pooling(layered(reshape(x.on(tape), {3, 4, 3})), kLengths));
        }).empty());
}
