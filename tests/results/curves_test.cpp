#include "results/curves.h"

#include <unistd.h>

#include "catch.h"
#include "cli/command.h"
#include "core/error.h"
#include "laboratory.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

/// attention none, dot x cell lstm x 2 seeds. none/lstm has a curve of two epochs and gradients by lag; of dot/lstm seed 1
/// alone has one.
struct Logged : Laboratory {
  Logged() {
    Store store(globals.database);
    const auto tickets = store.register_plan(scores_experiment(), grid({"none", "dot"}, {"lstm"}, 2));
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t run = tickets[i].id;
      const double high = i == 1 ? 0.2 : 0.0;
      store.claim(run, ::getpid(), "run.log");
      store.record(run, PointEvent{"valid/exact", 10, 1, 0.4 + high});
      store.record(run, PointEvent{"valid/exact", 20, 2, 0.6 + high});
      if (i < 2) {
        for (const int lag : {0, 1, 10}) {
          store.record(run,
                       PointEvent{"train/gradient_by_lag/1.forward/" + std::to_string(lag), 0, 0, 1.0 / (1 + lag) + high});
          store.record(run, PointEvent{"train/gradient_by_lag/2.backward/" + std::to_string(lag), 10, 1, 2});
        }
      }
      store.record(run, PointEvent{"train/loss", 10, 1, 3});
      store.record(run, ResultEvent{"valid/exact", "best", 2, 0.6 + high});
      store.record(run, DoneEvent{2.0, 1.5});
      store.finish(run, RunState::done, "", 2.5);
    }
  }
  [[nodiscard]] Comparison compared(Database& database) const {
    return load_comparison(database, {"scores", "", "best", {}});
  }
};

}  // namespace

TEST_CASE("a learning curve is the mean over seeds with its range", "[results][curves]") {
  const Logged lab;
  Database database(lab.globals.database, Access::read);
  const std::vector<Curve> curves = learning_curves(database, lab.compared(database), "valid/exact");
  REQUIRE(curves.size() == 2);
  CHECK(curves[0].label == "none/lstm");
  REQUIRE(curves[0].points.size() == 2);
  CHECK(curves[0].points[0].x == 1);
  CHECK(curves[0].points[0].mean == Approx(0.5));
  CHECK(curves[0].points[1].low == Approx(0.6));
  CHECK(curves[0].points[1].high == Approx(0.8));
  CHECK(curves[0].points[1].seeds == 2);
  CHECK(curves[1].points[1].seeds == 1);
}

TEST_CASE("gradients by lag come layer by layer, in the order of their lags, of one epoch", "[results][curves]") {
  const Logged lab;
  Database database(lab.globals.database, Access::read);
  const auto before = gradients_by_lag(database, lab.compared(database), 0);
  REQUIRE(before.size() == 1);
  const std::vector<Curve>& curves = before.at("1.forward");
  REQUIRE(curves.size() == 1);
  REQUIRE(curves[0].points.size() == 3);
  CHECK(curves[0].points[2].x == 10);
  CHECK(curves[0].points[2].mean == Approx(1.0 / 11 + 0.1));
  CHECK(gradients_by_lag(database, lab.compared(database), 1).contains("2.backward"));
  CHECK(gradients_by_lag(database, lab.compared(database), 2).empty());
}

TEST_CASE("plot makes a page of the curves, or their numbers as JSON", "[results][curves]") {
  const Logged lab;
  const std::string page = lab(plot_command(), {"scores"});
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  CHECK_THAT(page, ContainsSubstring("How far back the loss is felt: layer 1.forward, before training"));
  CHECK_THAT(page, ContainsSubstring(">dot/lstm</text>"));
  const std::string one = lab(plot_command(), {"scores", "--only", "attention=dot"});
  CHECK_THAT(one, ContainsSubstring("only attention=dot"));
  CHECK(one.find("How far back") == std::string::npos);
  CHECK_THAT(lab(plot_command(), {"scores", "--metric", "train/loss"}), ContainsSubstring(">train/loss</text>"));
  Globals json = lab.globals;
  json.json = true;
  const Captured captured;
  CHECK(plot_command().run({"scores"}, json) == 0);
  CHECK_THAT(captured.text(), ContainsSubstring("\"gradient_by_lag\": {"));
}

TEST_CASE("plot says what is missing", "[results][curves]") {
  const Logged lab;
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& message) {
    CHECK_THROWS_WITH(plot_command().run(arguments, lab.globals), ContainsSubstring(message));
  };
  refuses({"scores", "--epoch", "7"}, "has logged gradients by lag at epoch 7");
  refuses({"scores", "--epoch", "-1"}, "--epoch takes a whole number from 0");
  refuses({"scores", "--metric", "train/los"},
          "no run of 'scores' has logged 'train/los' on its way; did you mean 'train/loss'?");
  refuses({"scoers"}, "no experiment 'scoers'");
  refuses({"scores", "--output", "/nowhere/at/all.html"}, "cannot write '/nowhere/at/all.html'");
}
