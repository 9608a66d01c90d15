#include "results/contrast.h"

#include <unistd.h>

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "results/contrast_table.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

Comparison two_by_two() {
  return comparison({"attention", "cell"}, {variant({word("none"), word("lstm")}, {0.60, 0.70, 0.65}),
                                            variant({word("none"), word("gru")}, {0.50, 0.52, 0.51}),
                                            variant({word("dot"), word("lstm")}, {0.90, 0.91, 0.92}),
                                            variant({word("dot"), word("gru")}, {0.80, 0.82, std::nullopt}),
                                            variant({word("location"), word("lstm")}, {0.61, 0.69, 0.66}),
                                            variant({word("location"), word("gru")}, {0.52, 0.50, 0.50})});
}

}  // namespace

TEST_CASE("a value is compared over runs that are equal in every other factor and the seed") {
  const Comparison data = two_by_two();
  for (const char* baseline : {"none", "attention=none", "parts.attention=none"}) {
    INFO(baseline);
    const Contrasts found = contrasts_with(data, baseline);
    CHECK(found.baseline == "none");
    CHECK(found.matched == std::vector<std::size_t>{1});
    REQUIRE(found.rows.size() == 2);
    const Contrast& dot = found.rows[0];
    CHECK(dot.label == "dot");
    CHECK(dot.incomplete == 1);
    CHECK(dot.seeds == 3);
    REQUIRE(dot.pairs.size() == 5);
    CHECK(dot.pairs[1] == std::pair<std::int64_t, std::int64_t>{20, 20});
    CHECK(dot.test.difference.mean == Approx((0.30 + 0.21 + 0.27 + 0.30 + 0.30) / 5));
    CHECK(dot.test.p == Approx(2.0 / 32));
    CHECK(dot.adjusted_p == Approx(4.0 / 32));  // Holm: the smaller of two
    CHECK(found.rows[1].test.difference.count == 6);
    CHECK(found.tests() == 2);
  }
}

TEST_CASE("a whole variant is compared over seeds alone") {
  const Contrasts found = contrasts_with(two_by_two(), "none/lstm");
  CHECK(found.matched.empty());
  REQUIRE(found.rows.size() == 5);
  CHECK(found.rows[0].label == "none/gru");
  CHECK(found.rows[0].test.difference.mean == Approx(-(0.10 + 0.18 + 0.14) / 3));
  CHECK(contrasts_with(two_by_two(), "attention=none,cell=lstm").rows.size() == 5);
}

TEST_CASE("a baseline that is nothing or several things is an error with a remedy") {
  Comparison data = two_by_two();
  CHECK_THROWS_WITH(contrasts_with(data, "nome"), ContainsSubstring("did you mean 'none'?"));
  CHECK_THROWS_AS(contrasts_with(data, "nome"), NothingMatched);
  CHECK_THROWS_WITH(contrasts_with(data, "attention=dott"), ContainsSubstring("did you mean 'attention=dot'?"));
  CHECK_THROWS_WITH(contrasts_with(data, "atention=dot"), ContainsSubstring("did you mean 'attention'?"));
  CHECK_THROWS_WITH(contrasts_with(data, "none/lsmt"), ContainsSubstring("none/lstm"));
  data.variants[0].values[1] = "none";
  data.variants[0].cells[1] = word("none");
  CHECK_THROWS_WITH(contrasts_with(data, "none"), ContainsSubstring("attention=none or cell=none"));
  const auto alone = comparison({"cell"}, {variant({word("lstm")}, {0.5})});
  CHECK_THROWS_AS(contrasts_with(alone, "lstm"), NothingMatched);
}

TEST_CASE("an option that the baseline does not have splits what it is compared with") {
  const TableCell nothing;
  const auto data = comparison({"attention", "units"}, {variant({word("none"), nothing}, {0.1, 0.2}),
                                                        variant({word("additive"), std::int64_t{32}}, {0.3, 0.4}),
                                                        variant({word("additive"), std::int64_t{64}}, {0.5, 0.6})});
  const Contrasts found = contrasts_with(data, "none");
  REQUIRE(found.rows.size() == 2);
  CHECK(found.rows[0].label == "additive, units=32");
  CHECK(found.rows[0].test.difference.mean == Approx(0.2));
  CHECK(found.rows[1].label == "additive, units=64");
  CHECK(found.rows[1].test.difference.mean == Approx(0.4));
  CHECK_THROWS_WITH(contrasts_with(data, "additive"), ContainsSubstring("--baseline attention=additive,units=32"));
  CHECK(contrasts_with(data, "attention=additive,units=64").rows.size() == 2);
}

TEST_CASE("too few seeds are told, with the number that would do") {
  const auto one = comparison(
      {"cell"}, {variant({word("lstm")}, {0.1, 0.2, 0.3, 0.4, 0.5}), variant({word("gru")}, {0.2, 0.3, 0.4, 0.5, 0.7})});
  const Contrasts single = contrasts_with(one, "lstm");
  CHECK(seeds_that_would_do(single, single.rows[0]) == 6);  // 5 seeds cannot reach 0.05
  CHECK(word_for(one, single, single.rows[0]) == "too few seeds: 6 needed");

  // Two contrasts: Holm needs 2 / 2^n < 0.025, 7 pairs; with two cells to a seed that is 4 seeds.
  const Comparison two = two_by_two();
  const Contrasts several = contrasts_with(two, "none");
  CHECK(seeds_that_would_do(several, several.rows[1]) == 4);

  const Values low{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  const auto six =
      comparison({"cell"}, {variant({word("lstm")}, low), variant({word("gru")}, {0.2, 0.3, 0.4, 0.5, 0.6, 0.7})});
  const Contrasts enough = contrasts_with(six, "lstm");
  CHECK_FALSE(seeds_that_would_do(enough, enough.rows[0]));
  CHECK(word_for(six, enough, enough.rows[0]) == "better");
  auto losses = six;
  losses.maximize = false;
  CHECK(word_for(losses, enough, enough.rows[0]) == "worse");
  losses.maximize = std::nullopt;
  CHECK(word_for(losses, enough, enough.rows[0]) == "higher");
  const auto mixed =
      comparison({"cell"}, {variant({word("lstm")}, low), variant({word("gru")}, {0.2, 0.1, 0.4, 0.3, 0.6, 0.5})});
  const Contrasts open = contrasts_with(mixed, "lstm");
  CHECK(word_for(mixed, open, open.rows[0]) == "undecided");
}

TEST_CASE("a missing value and a NaN are no verdict, and count for no test") {
  const auto data = comparison({"cell"}, {variant({word("lstm")}, {0.1, 0.2}), variant({word("gru")}, {std::nan(""), 0.4}),
                                          variant({word("rnn")}, {std::nullopt, std::nullopt})});
  const Contrasts found = contrasts_with(data, "lstm");
  CHECK(found.tests() == 0);
  CHECK(word_for(data, found, found.rows[0]) == "not a number");
  CHECK(word_for(data, found, found.rows[1]) == "no pair");
  const std::string text = render(data, found);
  CHECK_THAT(text, ContainsSubstring("rnn: no block has a value of both."));
  CHECK_THAT(text, ContainsSubstring("2 blocks left out"));
  CHECK_THAT(to_text(contrast_rows(data, found), TableFormat::csv),
             ContainsSubstring("\nrnn,lstm,0,2,,,,,nan,true,nan,no pair\n"));
}

TEST_CASE("contrasts for a person") {
  CHECK(render(two_by_two(), contrasts_with(two_by_two(), "none")) ==
        "valid/exact (max, best epoch) against none, paired by cell and seed; difference\n"
        "  +- 95% t-interval\n"
        "attention  pairs  difference          p  Holm  in a word\n"
        "---------  -----  --------------  -----  ----  -----------------------\n"
        "dot            5  +0.276 +-0.049  0.062  0.12  too few seeds: 4 needed\n"
        "location       6  0.000 +-0.016       1     1  too few seeds: 4 needed\n"
        "\n"
        "1 block left out: one side has no value there.\n"
        "\n"
        "1 of 18 runs is not done: 1 queued\n"
        "  queued #30 dot/gru seed 3\n"
        "\n"
        "dot is 0.276 +-0.049 above none: too few seeds: 4 needed (5 pairs, exact\n"
        "  sign-flip p = 0.062, after Holm 0.12).\n"
        "location is level with none: too few seeds: 4 needed (6 pairs, exact sign-flip p\n"
        "  = 1, after Holm 1).\n");
}

TEST_CASE("factors that vary together are compared together") {
  const auto zipped = comparison({"cell", "units"}, {variant({word("lstm"), std::int64_t{8}}, {0.1, 0.2}),
                                                     variant({word("gru"), std::int64_t{16}}, {0.3, 0.5})});
  for (const char* baseline : {"cell=lstm", "lstm", "units=8", "lstm/8", "lstm/units=8"}) {
    INFO(baseline);
    const Contrasts found = contrasts_with(zipped, baseline);
    REQUIRE(found.rows.size() == 1);
    CHECK(found.rows[0].pairs.size() == 2);
    CHECK(found.rows[0].test.difference.mean == Approx(0.25));
  }
  CHECK(contrasts_with(zipped, "lstm").baseline == "lstm/units=8");
  CHECK(contrasts_with(zipped, "lstm").rows[0].label == "gru/units=16");

  // Two cells with the same number of units: of the units alone nothing can be paired, and that is said.
  const auto partly = comparison({"cell", "units"}, {variant({word("lstm"), std::int64_t{8}}, {0.1, 0.2}),
                                                     variant({word("gru"), std::int64_t{8}}, {0.3, 0.5}),
                                                     variant({word("rnn"), std::int64_t{16}}, {0.3, 0.5})});
  CHECK(contrasts_with(partly, "lstm").rows[1].pairs.size() == 2);
  CHECK_THAT(render(partly, contrasts_with(partly, "units=16")),
             ContainsSubstring("No other variant is equal in cell, which varies with units; `--baseline\n"
                               "cell=rnn,units=16` takes them together."));
}
