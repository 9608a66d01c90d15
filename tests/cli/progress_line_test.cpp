#include "cli/progress_line.h"

#include "catch.h"
#include "cli/terminal.h"

using namespace seqlab;

namespace {

RunningView example() {
  RunningView run;
  run.id = 31;
  run.label = "general/gru";
  run.seed = 2;
  run.metric = "valid/exact";
  run.seconds = 12;
  return run;
}

}  // namespace

TEST_CASE("the bar counts what has ended and the fractions of what runs", "[cli][progress_line]") {
  ScheduleView view;
  view.total = 42;
  view.done = 29;
  view.failed = 1;
  view.running = {example(), example()};
  view.remaining = 40;
  CHECK(bar_line(view) == "[############------]  30/42   1 failed   2 running   ETA 40 s");
  view.running[0].progress.fraction = 5;  // more than a child may say
  CHECK(bar_line(view).starts_with("[#############-----]"));
  view.elsewhere = {example(), example(), example()};
  view.elsewhere[1].progress.fraction = 1;
  CHECK(bar_line(view) == "[#############-----]  30/42   1 failed   2 running   3 in another process   ETA 40 s");
  view.elsewhere.clear();
  view.done = 42;
  view.failed = 0;
  view.running.clear();
  view.remaining = std::nullopt;
  CHECK(bar_line(view) == "[##################]  42/42");
  CHECK(bar_line(ScheduleView{}) == "[##################]  0/0");
}

TEST_CASE("a running run shows its epoch, loss and metric", "[cli][progress_line]") {
  RunningView run = example();
  CHECK(running_line(run) == "  #31 general/gru seed 2   starting");
  run.progress = {12, 20, 900, 0.6, 0.0312};
  CHECK(running_line(run) == "  #31 general/gru seed 2   epoch 12/20   loss 0.0312");
  run.value = 0.962;
  CHECK(running_line(run) == "  #31 general/gru seed 2   epoch 12/20   loss 0.0312   exact 0.962");
}

TEST_CASE("a finished run has one line", "[cli][progress_line]") {
  RunningView run = example();
  run.best = 0.9625;
  CHECK(finished_line(run, RunState::done, "") == "done   #31 general/gru seed 2   exact 0.9625   12 s");
  run.elsewhere = true;
  CHECK(finished_line(run, RunState::done, "") == "done   #31 general/gru seed 2   in another process");
  CHECK(finished_line(run, RunState::failed, "loss is NaN") == "failed #31 general/gru seed 2: loss is NaN");
}

TEST_CASE("lines are cut by what they show, not by their bytes", "[cli][terminal]") {
  CHECK(cut_to_width("abcdef", 4) == "abcd");
  CHECK(cut_to_width("\xC3\xA4\xC3\xB6\xC3\xBC", 2) == "\xC3\xA4\xC3\xB6");
  CHECK(cut_to_width("\xE6\x97\xA5\xE6\x9C\xAC", 3) == "\xE6\x97\xA5");
  CHECK(cut_to_width("short", 80) == "short");
}

TEST_CASE("colour follows the user's word", "[cli][terminal]") {
  CHECK(use_color("always", -1));
  CHECK_FALSE(use_color("never", -1));
  CHECK_FALSE(use_color("auto", -1));
}
