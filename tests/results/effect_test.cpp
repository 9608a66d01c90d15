#include "results/effect.h"

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "results/efficiency.h"

using namespace seqlab;
using namespace seqlab::test;

TEST_CASE("the effect of a factor is free of what the blocks differ in") {
  // Blocks (cell, seed): the cells are 0.4 apart, attention adds 0.1, 0.2 in the four complete blocks.
  const auto data = comparison({"attention", "cell"}, {variant({word("none"), word("lstm")}, {0.1, 0.2, 0.3}),
                                                       variant({word("none"), word("gru")}, {0.5, 0.6, std::nullopt}),
                                                       variant({word("dot"), word("lstm")}, {0.2, 0.4, 0.4}),
                                                       variant({word("dot"), word("gru")}, {0.6, 0.8, 0.9})});
  const Effect effect = effect_of(data, "attention");
  CHECK(effect.blocks == 5);
  CHECK(effect.incomplete == 1);
  REQUIRE(effect.levels.size() == 2);
  CHECK(effect.levels[0].value == "none");
  CHECK(effect.levels[0].score.mean == Approx((0.1 + 0.2 + 0.3 + 0.5 + 0.6) / 5));
  CHECK(effect.levels[1].score.mean == Approx((0.2 + 0.4 + 0.4 + 0.6 + 0.8) / 5));
  const Summary expected = summarize(std::vector<double>{0.05, 0.1, 0.05, 0.05, 0.1});
  CHECK(effect.levels[1].effect.mean == Approx(expected.mean));
  CHECK(*effect.levels[1].effect.half_width == Approx(*expected.half_width));
  CHECK(effect.levels[0].effect.mean == Approx(-expected.mean));

  const std::string text = render(data, effect);
  CHECK_THAT(text, ContainsSubstring("5 blocks of equal cell and seed"));
  CHECK_THAT(text, ContainsSubstring("1 block left out"));
  CHECK_THAT(text, ContainsSubstring("attention spans 0.140: dot is best, none worst."));
  const TextTable rows = effect_rows(data, effect);
  CHECK(rows.columns[0].name == "attention");
  CHECK(std::get<double>(rows.rows[1][5]) == effect.levels[1].effect.mean);
  CHECK_THROWS_WITH(effect_of(data, "atention"), ContainsSubstring("did you mean 'attention'?"));
  CHECK_THROWS_AS(effect_of(comparison({"cell"}, {variant({word("lstm")}, {0.5})}), "cell"), NothingMatched);
}

TEST_CASE("a factor that only some variants have is averaged over, and said so") {
  const auto data = comparison({"attention", "units"}, {variant({word("none"), TableCell()}, {0.1, 0.2}),
                                                        variant({word("additive"), std::int64_t{32}}, {0.3, 0.4}),
                                                        variant({word("additive"), std::int64_t{64}}, {0.5, 0.6})});
  const Effect effect = effect_of(data, "attention");
  CHECK(effect.blocks == 2);
  CHECK(effect.levels[1].score.mean == Approx(0.45));
  CHECK_THAT(render(data, effect), ContainsSubstring("Averaged over units"));
}

TEST_CASE("quality per cost, and who is on the front") {
  auto data = comparison({"cell"}, {variant({word("lstm")}, {0.8, 0.9}), variant({word("gru")}, {0.8, 0.8}),
                                    variant({word("rnn")}, {0.5, 0.6}), variant({word("slow")}, {0.7, 0.7})});
  const double seconds[] = {4, 2, 1, 8};
  for (std::size_t v = 0; v < 4; ++v) {
    for (auto& run : data.variants[v].runs) {
      run.seconds = seconds[v];
      run.parameters = 1000;
    }
  }
  const auto costs = costs_of(data, Cost::seconds);
  CHECK(costs[0].quotient.mean == Approx((0.8 / 4 + 0.9 / 4) / 2));
  CHECK(costs[0].quotient.count == 2);
  CHECK(costs[0].on_front);
  CHECK(costs[1].on_front);
  CHECK(costs[2].on_front);
  CHECK_FALSE(costs[3].on_front);
  CHECK_THAT(render(data, costs, Cost::seconds), ContainsSubstring("both better and faster than any of lstm, gru, rnn."));

  const auto sizes = costs_of(data, Cost::parameters);
  CHECK(sizes[2].quotient.mean == Approx(550));  // per million
  CHECK(sizes[0].on_front);
  CHECK_FALSE(sizes[1].on_front);
  CHECK_THAT(render(data, sizes, Cost::parameters), ContainsSubstring("Nothing is better than lstm, and nothing smaller."));
  CHECK(std::get<bool>(cost_rows(data, sizes, Cost::parameters).rows[0].back()));

  data.maximize = false;  // dividing a loss by time would reward a large loss
  CHECK(costs_of(data, Cost::seconds)[0].quotient.count == 0);
  CHECK_THAT(render(data, costs_of(data, Cost::seconds), Cost::seconds), ContainsSubstring("a quotient would say nothing"));
  data.variants[0].runs[0].seconds = std::nullopt;
  CHECK(costs_of(data, Cost::seconds)[0].score.count == 1);
  CHECK_THROWS_WITH(cost_named("second"), ContainsSubstring("did you mean 'seconds'?"));
}

TEST_CASE("another problem is neither better nor a reason to leave the front") {
  auto data =
      comparison({"source", "cell"},
                 {variant({word("easy"), word("lstm")}, {0.9, 0.8}), variant({word("easy"), word("gru")}, {0.8, 0.7}),
                  variant({word("hard"), word("lstm")}, {0.5, 0.4}), variant({word("hard"), word("gru")}, {0.3, 0.2})});
  data.factors[0] = "data.source";
  for (auto& variant : data.variants) {
    for (auto& run : variant.runs) run.seconds = 2;
  }
  const auto costs = costs_of(data, Cost::seconds);
  CHECK(costs[0].on_front);
  CHECK_FALSE(costs[1].on_front);
  CHECK(costs[2].on_front);
  CHECK_FALSE(costs[3].on_front);
  const std::string text = render(data, costs, Cost::seconds);
  CHECK_THAT(text, ContainsSubstring("source=easy: Nothing is better than lstm, and nothing faster."));
  CHECK_THAT(text, ContainsSubstring("source=hard: Nothing is better than lstm, and nothing faster."));
  const std::string effect = render(data, effect_of(data, "source"));
  CHECK_THAT(effect, ContainsSubstring("easy is highest, hard lowest."));
  CHECK_THAT(effect, !ContainsSubstring("best") && !ContainsSubstring("--baseline"));
  CHECK_THAT(render(data, effect_of(data, "cell")), ContainsSubstring("lstm is best, gru worst."));
}

TEST_CASE("what varies with a factor is part of its effect") {
  const auto zipped = comparison({"cell", "units"}, {variant({word("lstm"), std::int64_t{8}}, {0.1, 0.2}),
                                                     variant({word("gru"), std::int64_t{16}}, {0.3, 0.4})});
  const Effect effect = effect_of(zipped, "cell");
  CHECK(effect.blocks == 2);
  CHECK(effect.together == std::vector<std::size_t>{1});
  CHECK_THAT(render(zipped, effect), ContainsSubstring("units varies with cell: this is the effect of both together."));
  const auto partly = comparison({"cell", "units"}, {variant({word("lstm"), std::int64_t{8}}, {0.1, 0.2}),
                                                     variant({word("gru"), std::int64_t{8}}, {0.3, 0.4}),
                                                     variant({word("rnn"), std::int64_t{16}}, {0.3, 0.4})});
  CHECK_THAT(render(partly, effect_of(partly, "units")), ContainsSubstring("No block has every value of units"));
}
