#include "results/comparison.h"

#include <unistd.h>

#include <cmath>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "results/comparison_table.h"
#include "results/number_style.h"
#include "results/verdict.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

Comparison two_by_two() {
  return comparison({"attention", "cell"}, {variant({word("additive"), word("lstm")}, {0.998, 0.997, 0.999}),
                                            variant({word("additive"), word("gru")}, {0.99, 0.98, 0.97}),
                                            variant({word("none"), word("lstm")}, {0.6, 0.7, 0.65}),
                                            variant({word("none"), word("gru")}, {0.5, 0.52, 0.51})});
}

int widest_line(const std::string& text) {
  int widest = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    widest = std::max(widest, display_width(std::string_view(text).substr(start, end - start)));
    start = end + 1;
  }
  return widest;
}

}  // namespace

TEST_CASE("the table of two factors") {
  CHECK(render(two_by_two(), {}) ==
        "valid/exact (max, best epoch), mean +- 95% t-interval over 3 seeds\n"
        "attention  lstm             gru\n"
        "additive   0.9980 +-0.0025  0.9800 +-0.0248   <- best: lstm\n"
        "none       0.6500 +-0.1242  0.5100 +-0.0248\n"
        "\n"
        "additive/lstm is best: 0.0180 +-0.0262 above additive/gru (paired over 3 seeds,\n"
        "exact sign-flip p = 0.25). 3 seeds cannot reach p < 0.05; 6 can.\n");
}

TEST_CASE("a best mean that its pairs contradict says so") {
  const auto uneven = comparison({"cell"}, {variant({word("lstm")}, {0.5, 0.9}), variant({word("gru")}, {0.6, {}})});
  CHECK(verdict(uneven).starts_with("lstm has the best mean, but paired it is 0.10 below gru (over 1 seed, exact"));

  const Values low{0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.99, 0.99, 0.99};
  const Values high{0.61, 0.62, 0.64, 0.65, 0.66, 0.67, {}, {}, {}};
  const auto decided = comparison({"cell"}, {variant({word("lstm")}, low), variant({word("gru")}, high)});
  CHECK_THAT(verdict(decided), ContainsSubstring("lstm has the best mean, but paired it is"));
  CHECK_THAT(verdict(decided), ContainsSubstring("The pairs decide for gru."));
}

TEST_CASE("rows and columns change places") {
  const std::string text = render(two_by_two(), {"cell", "attention"});
  CHECK_THAT(text, ContainsSubstring("cell  additive"));
  CHECK_THAT(text, ContainsSubstring("<- best: additive\n"));
  CHECK_THAT(render(two_by_two(), {"", "attention"}), ContainsSubstring("cell  additive"));
  CHECK_THAT(render(two_by_two(), {"cell", ""}), ContainsSubstring("cell  additive"));
  CHECK_THROWS_WITH(render(two_by_two(), {"cel", ""}), ContainsSubstring("did you mean 'cell'?"));
  CHECK_THROWS_AS(render(two_by_two(), {"cell", "cell"}), UserError);
}

TEST_CASE("without columns every variant has its row") {
  const std::string text = render(two_by_two(), {"", "none"});
  CHECK_THAT(text, ContainsSubstring("attention/cell  mean\n"));
  CHECK_THAT(text, ContainsSubstring("additive/lstm   0.9980 +-0.0025   <- best\n"));
  CHECK_THAT(text, ContainsSubstring("none/gru"));
}

TEST_CASE("factors that are neither rows nor columns are joined into the label, never averaged over") {
  Comparison three =
      comparison({"attention", "cell", "batch"}, {variant({word("dot"), word("lstm"), std::int64_t{32}}, {0.1}),
                                                  variant({word("dot"), word("lstm"), std::int64_t{64}}, {0.2}),
                                                  variant({word("dot"), word("gru"), std::int64_t{32}}, {0.3}),
                                                  variant({word("dot"), word("gru"), std::int64_t{64}}, {0.4})});
  CHECK(render(three, {"cell", "batch"}) ==
        "valid/exact (max, best epoch), 1 seed: no interval\n"
        "cell/attention  batch=32  batch=64\n"
        "lstm/dot        0.100     0.200\n"
        "gru/dot         0.300     0.400      <- best: batch=64\n"
        "\n"
        "dot/gru/batch=64 is best: 0.100 above dot/gru/batch=32 (paired over 1 seed,\n"
        "exact sign-flip p = 1). 1 seed cannot reach p < 0.05; 6 can.\n");
  three.fixed = {0};
  three.restrictions = {"attention=dot"};
  CHECK_THAT(render(three, {"cell", "batch"}), ContainsSubstring("1 seed: no interval, only attention=dot\ncell  batch=32"));
  CHECK_THROWS_WITH(render(three, {"attention", ""}), ContainsSubstring("already fixed"));
}

TEST_CASE("variants that tie are both best and no difference is made up") {
  const auto tied = comparison({"attention"}, {variant({word("dot")}, {0.5, 0.7}), variant({word("none")}, {0.1, 0.2}),
                                               variant({word("additive")}, {0.7, 0.5})});
  const std::string text = render(tied, {});
  CHECK_THAT(text, ContainsSubstring("dot        0.60 +-1.27   <- best\n"));
  CHECK_THAT(text, ContainsSubstring("additive   0.60 +-1.27   <- best\n"));
  CHECK_THAT(text, ContainsSubstring("dot and additive are level at 0.60.\n"));
}

TEST_CASE("a metric to be minimised has its smallest value best") {
  auto losses = comparison({"cell"}, {variant({word("lstm")}, {2.5, 2.6}), variant({word("gru")}, {2.1, 2.2})});
  losses.metric = "valid/loss";
  losses.maximize = false;
  CHECK_THAT(render(losses, {}), ContainsSubstring("valid/loss (min, best epoch)"));
  CHECK_THAT(verdict(losses), ContainsSubstring("gru is best: 0.40 +-0.00"));
  CHECK_THAT(verdict(losses), ContainsSubstring(" below lstm"));
  losses.maximize = std::nullopt;
  CHECK(verdict(losses).empty());
  CHECK(render(losses, {}).find("<- best") == std::string::npos);
}

TEST_CASE("seeds that decide say so, with the doubt that is left") {
  const Values high{0.91, 0.92, 0.93, 0.94, 0.95, 0.96};
  const Values low{0.81, 0.82, 0.83, 0.84, 0.85, 0.87};
  auto pair = comparison({"cell"}, {variant({word("lstm")}, high), variant({word("gru")}, low)});
  CHECK_THAT(verdict(pair), ContainsSubstring("p = 0.031). The seeds decide for it."));
  pair.variants.push_back(variant({word("rnn")}, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}));
  CHECK_THAT(verdict(pair), ContainsSubstring("not adjusted for having picked the best of 3 variants"));
  pair.variants[1] = variant({word("gru")}, {0.95, 0.81, 0.95, 0.93, 0.97, 0.95});
  CHECK_THAT(verdict(pair), ContainsSubstring("The seeds do not decide between them."));
}

TEST_CASE("runs that are missing are named, and cells with fewer seeds say so") {
  auto gaps =
      comparison({"cell"}, {variant({word("lstm")}, {0.9, 0.8, 0.7}), variant({word("gru")}, {0.6, 0.5, std::nullopt}),
                            variant({word("rnn")}, {std::nullopt, std::nullopt, std::nullopt})});
  gaps.variants[2].runs[0].state = RunState::failed;
  gaps.variants[2].runs[0].reason = "loss is NaN at step 812";
  CHECK(render(gaps, {}) ==
        "valid/exact (max, best epoch), mean +- 95% t-interval over 3 seeds\n"
        "cell  mean\n"
        "lstm  0.80 +-0.25         <- best\n"
        "gru   0.55 +-0.64 (n=2)\n"
        "rnn      -\n"
        "\n"
        "4 of 9 runs are not done: 3 queued, 1 failed\n"
        "  failed #10 rnn seed 1: loss is NaN at step 812\n"
        "  queued #30 gru seed 3\n"
        "  queued #20 rnn seed 2\n"
        "  queued #30 rnn seed 3\n"
        "\n"
        "lstm is best: 0.30 +-0.00 above gru (paired over 2 seeds, exact sign-flip p =\n"
        "0.5). 2 seeds cannot reach p < 0.05; 6 can.\n");
}

TEST_CASE("many missing runs are counted, not all listed") {
  const auto waiting = comparison({"cell"}, {variant({word("lstm")}, Values(25))});
  const std::string text = render(waiting, {});
  CHECK_THAT(text, ContainsSubstring("no run is done yet"));
  CHECK_THAT(text, ContainsSubstring("25 of 25 runs are not done: 25 queued"));
  CHECK_THAT(text, ContainsSubstring("and 15 more: seqlab status scores"));
  CHECK(std::count(text.begin(), text.end(), '\n') < 16);
}

TEST_CASE("seeds done in one variant only cannot be paired") {
  const auto apart =
      comparison({"cell"}, {variant({word("lstm")}, {0.9, std::nullopt}), variant({word("gru")}, {std::nullopt, 0.8})});
  CHECK_THAT(verdict(apart), ContainsSubstring("no seed is done in both"));
}

TEST_CASE("a done run without the metric is named") {
  auto odd = comparison({"cell"}, {variant({word("lstm")}, {0.9, 0.8}), variant({word("gru")}, {0.6, std::nullopt})});
  odd.variants[1].runs[1].state = RunState::done;
  CHECK(missing_runs(odd) == "1 run done without a value of valid/exact: #20 gru seed 2\n");
}

TEST_CASE("NaN and infinity are shown, and no NaN is best") {
  const auto odd = comparison({"cell"}, {variant({word("lstm")}, {0.5, std::nan("")}), variant({word("gru")}, {0.1, 0.2}),
                                         variant({word("rnn")}, {-INFINITY, 0.1})});
  const std::string text = render(odd, {});
  CHECK_THAT(text, ContainsSubstring("lstm   nan"));
  CHECK_THAT(text, ContainsSubstring("rnn   -inf"));
  CHECK_THAT(text, ContainsSubstring("gru   0.15 +-0.64   <- best\n"));
}

TEST_CASE("an experiment without factors is one row") {
  const auto alone = comparison({}, {variant({}, {0.5, 0.6})});
  CHECK(render(alone, {}) ==
        "valid/exact (max, best epoch), mean +- 95% t-interval over 2 seeds\n"
        "        mean\n"
        "scores  0.55 +-0.64\n");
}

TEST_CASE("tables of many columns are cut into blocks of 80 columns") {
  std::vector<ComparedVariant> variants;
  for (int a = 0; a < 9; ++a) {
    for (int c = 0; c < 3; ++c) {
      variants.push_back(variant({word("cell-" + std::to_string(c)), word("attention-" + std::to_string(a))},
                                 {0.5 + 0.01 * a, 0.51 + 0.01 * a, 0.52 + 0.01 * c}));
    }
  }
  const std::string text = render(comparison({"cell", "attention"}, variants), {});
  CHECK(widest_line(text) <= 80);
  for (int a = 0; a < 9; ++a) CHECK_THAT(text, ContainsSubstring("attention-" + std::to_string(a)));
  std::size_t marks = 0;
  for (std::size_t at = text.find("<- best"); at != std::string::npos; at = text.find("<- best", at + 1)) ++marks;
  CHECK(marks == 1);
}

TEST_CASE("labels of any script line up") {
  const auto wide = comparison({"source"}, {variant({word("日本語.txt")}, {0.5, 0.6}),
                                            variant({word("tiếng Việt")}, {0.1, 0.2}), variant({word("a\nb")}, {0.3, 0.4})});
  CHECK(render(wide, {}).substr(67, 106) ==
        "source      mean\n"
        "日本語.txt  0.55 +-0.64   <- best\n"
        "tiếng Việt  0.15 +-0.64\n"
        "a\\nb        0.35 +-0.64\n");
}

TEST_CASE("a very long label is kept whole") {
  const std::string long_name(100, 'x');
  CHECK_THAT(render(comparison({"file"}, {variant({word(long_name)}, {0.5})}), {}),
             ContainsSubstring(long_name + "  0.500"));
}

TEST_CASE("columns are those of a factor that applies to all and does not follow from the rows") {
  std::vector<ComparedVariant> variants;  // [zip] of cell and start, which the plain cell alone has; and a distance
  for (const std::int64_t distance : {5, 10}) {
    const double low = distance == 5 ? 0.5 : 0.1;
    variants.push_back(variant({word("rnn"), word("uniform"), distance}, {low}));
    variants.push_back(variant({word("rnn"), word("orthogonal"), distance}, {low + 0.1}));
    variants.push_back(variant({word("gru"), std::monostate{}, distance}, {low + 0.2}));
  }
  CHECK_THAT(render(comparison({"cell", "start", "distance"}, variants), {}),
             ContainsSubstring("cell/start      distance=5  distance=10\n"
                               "rnn/uniform     0.500       0.100\n"
                               "rnn/orthogonal  0.600       0.200\n"
                               "gru             0.700       0.300         <- best: distance=5\n"));
  // Neither follows from the other; and what does not apply is left out only where the rows stay different.
  const auto zipped = comparison(
      {"units", "cell"}, {variant({std::int64_t{4}, word("lstm")}, {0.1}), variant({std::int64_t{4}, word("gru")}, {0.2}),
                          variant({std::int64_t{8}, word("odd")}, {0.3})});
  CHECK_THAT(render(zipped, {}), ContainsSubstring("units/cell  value\n4/lstm      0.100\n"));
  const auto either =
      comparison({"units", "bias", "n"}, {variant({std::int64_t{4}, std::int64_t{0}, std::monostate{}}, {0.1}),
                                          variant({std::int64_t{4}, std::monostate{}, std::int64_t{0}}, {0.2})});
  CHECK_THAT(render(either, {"units", "none"}),
             ContainsSubstring("units/bias/n  value\n4/0/-") && ContainsSubstring("\n4/-/0"));
  const auto paired =
      comparison({"cell", "rate"}, {variant({word("rnn"), 2.5}, {0.1}), variant({word("gru"), 10.0}, {0.2})});
  CHECK_THAT(render(paired, {}), ContainsSubstring("cell/rate  value\nrnn/2.5    0.100\ngru/10     0.200   <- best\n"));
}

TEST_CASE("a factor that does not apply to all goes down, or has a column of its own where it is asked for") {
  const auto partial = comparison({"attention", "units"}, {variant({word("dot"), std::monostate{}}, {0.1}),
                                                           variant({word("additive"), std::int64_t{32}}, {0.2}),
                                                           variant({word("additive"), std::int64_t{64}}, {0.3})});
  CHECK_THAT(render(partial, {}), ContainsSubstring("attention/units  value\n"
                                                    "dot              0.100\n"
                                                    "additive/32      0.200\n"
                                                    "additive/64      0.300   <- best\n"));
  CHECK_THAT(render(partial, {"", "units"}),
             ContainsSubstring("attention  units=-  units=32  units=64\n"
                               "dot        0.100\n"
                               "additive            0.200     0.300      <- best: units=64\n"));
}

TEST_CASE("digits follow the smallest interval and the size of the values") {
  const auto style = [](double mean, double half) { return NumberStyle({Summary{3, mean, 1.0, half}}); };
  CHECK(style(0.5, 0.0012)(0.5) == "0.5000");
  CHECK(style(0.5, 0.00001)(0.5) == "0.5000");
  CHECK(style(0.5, 0.012)(0.5) == "0.500");
  CHECK(style(0.5, 0.35)(0.5) == "0.50");
  CHECK(style(31.0, 0.85)(31.0) == "31.00");
  CHECK(style(31.0, 5.5)(31.0) == "31.0");
  CHECK(style(31.0, 0.0001)(31.0) == "31.000");
  CHECK(style(1234.0, 45.0)(1234.0) == "1234");
  CHECK(style(0.00002, 0.000001)(0.0000213) == "2.13e-05");
  CHECK(NumberStyle({summarize(std::vector<double>{0.1 + 0.2, 0.3})})(0.3) == "0.300");  // rounding is no spread
}

TEST_CASE("rows for programs hold every factor and full numbers") {
  auto data = two_by_two();
  data.fixed = {1};
  const TextTable table = variant_rows(data);
  REQUIRE(table.columns.size() == 7);
  CHECK(table.columns[1].name == "cell");
  CHECK(table.columns[6].name == "high");
  REQUIRE(table.rows.size() == 4);
  CHECK(std::get<std::int64_t>(table.rows[0][2]) == 3);
  CHECK(std::get<double>(table.rows[0][3]) == data.variants[0].summary.mean);
  CHECK(std::get<double>(table.rows[0][5]) == data.variants[0].summary.interval()->low);
  CHECK(std::get<std::string>(variant_rows(data, true).rows[0][3]) == "0.9980");
  const auto single =
      variant_rows(comparison({"cell"}, {variant({word("lstm")}, {0.5}), variant({word("gru")}, {std::nullopt})}));
  CHECK(std::holds_alternative<std::monostate>(single.rows[0][3]));
  CHECK(std::holds_alternative<std::monostate>(single.rows[1][2]));
}

TEST_CASE("a comparison is read from the database, and the views agree with it") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto plan = grid({"none", "dot"}, {"lstm", "gru"}, 4);
  const auto tickets = store.register_plan(scores_experiment(), plan);
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    if (i == 5 || i >= 13) continue;
    finish_with(store, tickets[i].id, 0.5 + 0.1 * std::sin(static_cast<double>(i)));
  }
  store.claim(tickets[5].id, ::getpid(), "");
  store.record(tickets[5].id, ResultEvent{"valid/exact", "best", 1, 0.0});
  store.finish(tickets[5].id, RunState::failed, "crash", 1);  // a value of a failed run counts nowhere

  Database& database = store.database();
  const Comparison data = load_comparison(database, {"scores", "", "best", {}});
  REQUIRE(data.variants.size() == 4);
  CHECK(data.names == std::vector<std::string>{"attention", "cell"});
  CHECK(data.label(data.variants[0]) == "none/lstm");
  CHECK(data.variants[1].summary.count == 3);
  CHECK(data.variants[1].runs[1].state == RunState::failed);
  CHECK(data.variants[3].summary.count == 1);

  Statement view = database.prepare(
      "SELECT label, n, mean, sd, low, high, direction FROM v_compare WHERE experiment = 'scores' AND metric = "
      "'valid/exact' "
      "AND which = 'best' ORDER BY position");
  for (const auto& compared : data.variants) {
    REQUIRE(view.step());
    CHECK(view.text(0) == data.label(compared));
    CHECK(view.integer(1) == compared.summary.count);
    CHECK(view.real(2) == Approx(compared.summary.mean));
    CHECK(view.is_null(3) == !compared.summary.sd);
    if (compared.summary.sd) {
      CHECK(view.real(3) == Approx(*compared.summary.sd));
      CHECK(view.real(4) == Approx(compared.summary.interval()->low));
      CHECK(view.real(5) == Approx(compared.summary.interval()->high));
    }
    CHECK(view.text(6) == "max");
  }
  CHECK_FALSE(view.step());

  CHECK(load_comparison(database, {"scores", "", "last", {}}).variants[0].summary.mean ==
        Approx(data.variants[0].summary.mean - 0.5));
  CHECK(ask(database, "SELECT runs || ' ' || done || ' ' || failed || ' ' || queued FROM v_progress") == "16 12 1 3");
  CHECK(ask(database, "SELECT seconds_left FROM v_progress") == "6.0");  // 3 runs of 2 s
  CHECK(ask(database, "SELECT \"valid/exact\" FROM v_exp_scores WHERE attention = 'none' AND cell = 'lstm' AND seed = 1") ==
        "0.5");
  CHECK(ask(database, "SELECT \"valid/exact last\" FROM v_exp_scores WHERE run = 1") == "0.0");
  CHECK(ask(database, "SELECT count(*) FROM v_exp_scores") == "16");

  const Comparison only = load_comparison(database, {"scores", "", "best", {{"cell", "gru"}}});
  REQUIRE(only.variants.size() == 2);
  CHECK(only.label(only.variants[1]) == "dot");
  CHECK_THROWS_WITH(load_comparison(database, {"scores", "", "best", {{"cell", "gruu"}}}),
                    ContainsSubstring("did you mean 'gru'?"));
  CHECK_THROWS_AS(load_comparison(database, {"scores", "", "best", {{"cell", "rnn"}}}), NothingMatched);
  const Comparison several = load_comparison(database, {"scores", "", "best", {{"cell", "gru,lstm"}, {"seed", "1,2"}}});
  REQUIRE(several.variants.size() == 4);
  CHECK(several.variants[0].runs.size() == 2);
  CHECK(several.fixed.empty());
  CHECK(several.restriction_text() == ", only cell=gru,lstm, only seed=1,2");
  CHECK(load_comparison(database, {"scores", "", "best", {{"train.epochs", "20"}}}).variants.size() == 4);
  CHECK_THROWS_AS(load_comparison(database, {"scores", "", "best", {{"train.epochs", "30"}}}), NothingMatched);
  CHECK_THROWS_AS(load_comparison(database, {"scores", "", "best", {{"seed", "9"}}}), NothingMatched);
  CHECK_THROWS_AS(load_comparison(database, {"scores", "", "best", {{"sede", "1"}}}), UserError);
  CHECK_THROWS_WITH(load_comparison(database, {"score", "", "best", {}}), ContainsSubstring("did you mean 'scores'?"));
  CHECK_THROWS_WITH(load_comparison(database, {"scores", "valid/exakt", "best", {}}),
                    ContainsSubstring("did you mean 'valid/exact'?"));
  CHECK_THROWS_AS(load_comparison(database, {"scores", "", "first", {}}), UserError);
}

TEST_CASE("a part of a plan run with another build of a plugin takes its fellows out of the table") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto experiment = scores_experiment();
  auto plan = grid({"none"}, {"lstm", "gru"}, 2);
  for (const auto& request : plan) {
    experiment.planned.push_back({request.variant.settings, request.seed, request.variant.label});
  }
  for (const auto& ticket : store.register_plan(experiment, plan)) finish_with(store, ticket.id, 0.5);

  auto edited = request("none", "lstm", 1, {}, "code-2");
  edited.plugins[0].content_hash = "newer content";
  finish_with(store, store.register_plan(experiment, {edited})[0].id, 0.9);
  Database& database = store.database();
  const Comparison data = load_comparison(database, {"scores", "", "best", {}});
  REQUIRE(data.variants.size() == 2);
  CHECK(data.variants[0].summary.count == 1);  // the new one alone, not a mean of both builds
  CHECK(data.variants[0].summary.mean == 0.9);
  CHECK(data.variants[1].summary.count == 2);  // of another plugin
  REQUIRE(data.missing.size() == 1);
  CHECK(data.missing[0].reason == "#2 is of another build of cell/lstm");
  CHECK_THAT(render(data, {}), ContainsSubstring("1 of 4 planned runs is missing here: `seqlab run` makes it\n"
                                                 "  none/lstm seed 2: #2 is of another build of cell/lstm\n"));
  CHECK(ask(database, "SELECT runs || ' ' || done || ' ' || missing FROM v_progress") == "4 3 1");

  // With the rest of the new build the table is whole again, and so it is with the plugin as it was.
  edited.seed = 2;
  finish_with(store, store.register_plan(experiment, {edited})[0].id, 0.8);
  CHECK(load_comparison(database, {"scores", "", "best", {}}).missing.empty());
  store.register_plan(experiment, plan);
  CHECK(load_comparison(database, {"scores", "", "best", {}}).variants[0].summary.mean == 0.5);
  experiment.environment["framework"] = "next";
  store.register_plan(experiment, {request("none", "gru", 2, {}, "code-3")});
  CHECK(load_comparison(database, {"scores", "", "best", {}}).missing.empty());  // of whose version nothing is known
}

TEST_CASE("runs of another version of seqlab leave the table as well") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto experiment = scores_experiment();
  experiment.environment["framework"] = "1";
  for (const auto& ticket : store.register_plan(experiment, grid({"none"}, {"lstm"}, 2))) finish_with(store, ticket.id, 0.5);
  experiment.environment["framework"] = "2";
  store.register_plan(experiment, {request("none", "lstm", 1, {}, "code-2")});
  const Comparison data = load_comparison(store.database(), {"scores", "", "best", {}});
  CHECK(data.variants[0].runs.size() == 1);
  REQUIRE(data.missing.size() == 1);
  CHECK(data.missing[0].reason == "#2 was made by seqlab 1");
}

TEST_CASE("what only a part of the plan asked for is missing without a reason") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto experiment = scores_experiment();
  const auto plan = grid({"none", "dot"}, {"lstm"}, 2);
  for (const auto& request : plan) {
    experiment.planned.push_back({request.variant.settings, request.seed, request.variant.label});
  }
  store.register_plan(experiment, {plan[0], plan[1]});
  CHECK(ask(store.database(), "SELECT runs || ' ' || queued || ' ' || missing FROM v_progress") == "4 2 2");
  const Comparison data = load_comparison(store.database(), {"scores", "", "best", {}});
  CHECK(data.missing.size() == 2);
  CHECK_THAT(missing_runs(data), ContainsSubstring("2 of 4 planned runs are missing here: `seqlab run` makes them\n"));
  CHECK(load_comparison(store.database(), {"scores", "", "best", {{"seed", "2"}}}).missing.size() == 1);
  CHECK(load_comparison(store.database(), {"scores", "", "best", {{"attention", "none"}}}).missing.empty());
}

TEST_CASE("a NaN result makes the mean of the view NULL, not smaller") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto tickets = store.register_plan(scores_experiment(), grid({"dot"}, {"lstm"}, 3));
  finish_with(store, tickets[0].id, 0.5);
  finish_with(store, tickets[1].id, std::nan(""));
  finish_with(store, tickets[2].id, 0.7);
  CHECK(ask(store.database(),
            "SELECT n || coalesce(mean, 'null') || coalesce(sd, 'null') FROM v_compare WHERE which = 'best'") ==
        "3nullnull");
  CHECK(std::isnan(load_comparison(store.database(), {"scores", "", "best", {}}).variants[0].summary.mean));
}

TEST_CASE("wide views of names that look alike do not collide") {
  const Folder folder;
  Store store(folder.file("a.db"));
  for (const char* name : {"a-b", "a.b", "A_B"}) {
    auto experiment = scores_experiment();
    experiment.name = name;
    store.register_plan(experiment, {request("dot", "lstm", 1)});
  }
  CHECK(ask(store.database(), "SELECT group_concat(wide) FROM (SELECT wide FROM experiment ORDER BY id)") ==
        "v_exp_a_b,v_exp_a_b_2,v_exp_a_b_3");
  CHECK(ask(store.database(), "SELECT count(*) FROM v_exp_a_b_3") == "1");
}
