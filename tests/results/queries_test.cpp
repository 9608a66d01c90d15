#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "catch.h"
#include "cli/command.h"
#include "cli/read_database.h"
#include "core/error.h"
#include "laboratory.h"
#include "results/embedded.h"
#include "results/removal.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

/// attention none, dot x cell lstm, gru x 2 seeds; all done but dot/gru seed 2.
struct Grid : Laboratory {
  Grid() {
    Store store(globals.database);
    const auto tickets = store.register_plan(scores_experiment(), grid({"none", "dot"}, {"lstm", "gru"}, 2));
    const double values[] = {0.5, 0.6, 0.4, 0.3, 0.9, 0.8, 0.7};
    for (std::size_t i = 0; i < std::size(values); ++i) finish_with(store, tickets[i].id, values[i]);
  }

  [[nodiscard]] std::string csv(std::vector<std::string> query) const {
    query.insert(query.end(), {"--format", "csv"});
    return (*this)(sql_command(), query);
  }
};

/// What a program of the shell prints.
std::string printed(const std::string& command, int& status) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), got);
  status = ::pclose(pipe);
  return text;
}

}  // namespace

TEST_CASE("@paired_differences pairs runs that are equal in all else") {
  const Grid lab;
  CHECK(lab.csv({"@paired_differences"}) ==
        "experiment,factor,value,baseline,label,seed,run,baseline_run,difference\n"
        "scores,parts.attention,dot,none,dot/lstm,1,5,1,0.4\n"
        "scores,parts.attention,dot,none,dot/lstm,2,6,2,0.20000000000000007\n"
        "scores,parts.attention,dot,none,dot/gru,1,7,3,0.29999999999999993\n");
  CHECK_THAT(lab.csv({"@paired_differences", "factor=cell", "baseline=gru"}),
             ContainsSubstring("scores,parts.cell,lstm,gru,none/lstm,2,2,4,0.3\n"));
  CHECK_THAT(lab.csv({"@paired_differences", "which=last", "baseline=dot", "experiment=scores"}),
             ContainsSubstring("none,dot,none/lstm,1,1,5,-0.4\n"));
}

TEST_CASE("@pivot sets one factor against another") {
  const Grid lab;
  CHECK(lab.csv({"@pivot"}) ==
        "row,c1,c2,c3,c4,c5,c6,c7,c8\n"
        "parts.attention,lstm,gru,,,,,,\n"
        "none,0.55,0.35,,,,,,\n"
        "dot,0.8500000000000001,0.7,,,,,,\n");
  const std::string turned =
      "row,c1,c2,c3,c4,c5,c6,c7,c8\nparts.cell,none,dot,,,,,,\nlstm,0.55,0.8500000000000001,,,,,,\ngru,0.35,0.7,,,,,,\n";
  CHECK(lab.csv({"@pivot", "rows=cell", "cols=attention"}) == turned);
  CHECK(lab.csv({"@pivot", "rows=cell"}) == turned);
  CHECK(lab.csv({"@pivot", "cols=attention"}) == turned);
}

TEST_CASE("@best_checkpoint names the weights of the best run") {
  const Grid lab;
  {
    Database database(lab.globals.database, Access::write);
    database.execute(
        "INSERT INTO artifact (run, name, path) VALUES (5, 'best', '/runs/5/best'), (6, 'best', '/runs/6/best')");
  }
  CHECK(lab.csv({"@best_checkpoint"}) ==
        "experiment,run,label,seed,metric,epoch,value,path\nscores,5,dot/lstm,1,valid/exact,3,0.9,/runs/5/best\n");
}

TEST_CASE("@what_differs lists the settings of two variants") {
  const Grid lab;
  CHECK(lab.csv({"@what_differs", "a=1", "b=7"}) == "key,a,b\nparts.attention,none,dot\nparts.cell,lstm,gru\n");
  CHECK(lab.csv({"@what_differs", "a=1", "b=2"}) == "key,a,b\n");
  CHECK(lab.csv({"@what_differs"}) == "key,a,b\nparts.cell,lstm,gru\n");  // dot/lstm and dot/gru were made last
}

TEST_CASE("@old_builds finds runs of a plugin that was changed since") {
  const Grid lab;
  CHECK(lab.csv({"@old_builds"}) == "experiment,run,label,seed,state,plugin,used,newest,path\n");
  {
    Store store(lab.globals.database);
    auto changed = request("none", "lstm", 1, {}, "code-2");
    changed.plugins[0].content_hash = "newer content";
    auto other = scores_experiment();
    other.name = "other";
    store.register_plan(other, {changed});
  }
  const std::string old = lab.csv({"@old_builds", "experiment=scores"});
  CHECK_THAT(old, ContainsSubstring("\nscores,2,none/lstm,2,done,cell/lstm,hash of lstm,newer conten,/plugins/lstm.so\n"));
  CHECK_THAT(old, ContainsSubstring("\nscores,5,dot/lstm,1,"));
  CHECK(old.find("gru") == std::string::npos);
}

TEST_CASE("the other named queries on a small grid") {
  const Grid lab;
  CHECK_THAT(lab.csv({"@leaderboard", "top=1"}), ContainsSubstring("\nscores,1,dot/lstm,valid/exact,2,0.8500000000000001,"));
  CHECK(lab.csv({"@missing_cells"}) == "experiment,label,runs,done,missing\nscores,dot/gru,2,1,seed 2 queued\n");
  {
    Database database(lab.globals.database, Access::write);
    remove(database, {{1, 2}, {}});  // a whole cell
  }
  CHECK(lab.csv({"@missing_cells", "experiment=scores"}) ==
        "experiment,label,runs,done,missing\nscores,dot/gru,2,1,seed 2 queued\n"
        "scores,none/lstm,2,0,\"seed 1 missing: #1 was removed, seed 2 missing: #2 was removed\"\n");
  CHECK(lab(status_command(), {"scores"}) ==
        "scores  5 of 8 done, 1 queued, 2 missing\n"
        "  missing none/lstm seed 1: #1 was removed\n  missing none/lstm seed 2: #2 was removed\n");
  CHECK_THAT(lab.csv({"@factor_effect"}), ContainsSubstring("\nscores,parts.cell,gru,3,"));
  {
    Store store(lab.globals.database);
    REQUIRE(store.claim(8, ::getpid(), ""));
    store.record(8, PointEvent{"train/loss", 10, 0.5, 2.25});
    store.record(8, PointEvent{"train/loss", 20, 1, 1.5});
    store.finish(8, RunState::timeout, "ran longer than 1min", 60);
  }
  CHECK(lab.csv({"@curve", "run=8", "metric=train/loss"}) ==
        "run,metric,step,epoch,value\n8,train/loss,10,0.5,2.25\n8,train/loss,20,1,1.5\n");
  CHECK_THAT(lab.csv({"@failures"}), ContainsSubstring("scores,8,dot/gru,2,timeout,ran longer than 1min,"));
  CHECK_THAT(lab.csv({"@slowest", "top=1"}), ContainsSubstring("\n3,scores,none/gru,1,2,1.5,"));
}

TEST_CASE("a named query does not answer for what is not there") {
  const Grid lab;
  const auto refused = [&](const std::vector<std::string>& query) {
    try {
      (void)sql_command().run(query, lab.globals);
    } catch (const NothingMatched& error) {
      return std::string(error.what());
    }
    return std::string("answered");
  };
  CHECK_THAT(refused({"@leaderboard", "experiment=score"}), ContainsSubstring("did you mean 'scores'?"));
  CHECK_THAT(refused({"@curve", "run=99"}), ContainsSubstring("it has #1 to #8"));
  CHECK_THAT(refused({"@curve", "run=abc"}), ContainsSubstring("begins with 'abc'"));
  CHECK_THAT(refused({"@curve", "run=xyz"}), ContainsSubstring("'xyz' names no run"));
  CHECK_THAT(refused({"@pivot", "rows=cel"}), ContainsSubstring("no factor 'cel'; did you mean 'cell'?"));
  CHECK_THAT(refused({"@paired_differences", "factor=nosuch"}), ContainsSubstring("known: attention, cell"));
  CHECK_THAT(refused({"@curve", "metric=valid/exat"}), ContainsSubstring("did you mean 'valid/exact'?"));
  CHECK(lab.csv({"@curve", "run=@best"}) == "run,metric,step,epoch,value\n");  // nothing to show is no error
}

TEST_CASE("a run of a dead process is lost for every reader, also where nothing can be written") {
  const Grid lab;
  {
    Store store(lab.globals.database);
    REQUIRE(store.claim(8, ::getpid(), ""));
    store.database().execute("UPDATE run SET boot = 'earlier' WHERE id = 8");
  }
  const auto database = open_for_reading(lab.globals.database);
  CHECK(ask(*database, "SELECT state || ': ' || reason FROM run WHERE id = 8") == "lost: its process ended without a word");
  CHECK(ask(*database, "SELECT state FROM v_run WHERE run = 8") == "lost");
  CHECK(ask(*database, "SELECT running || lost FROM v_progress") == "01");
  CHECK(ask(*database, "SELECT count(*) FROM v_exp_scores WHERE state = 'lost'") == "1");
  CHECK(ask(*database, "SELECT state FROM main.run WHERE id = 8") == "running");
  CHECK_THAT(lab(compare_command(), {"scores"}), ContainsSubstring("lost #8 dot/gru seed 2: its process ended"));
  CHECK_THAT(lab(show_command(), {"8"}), ContainsSubstring("lost"));
  CHECK(ask(*database, "SELECT state FROM main.run WHERE id = 8") == "running");  // these have written nothing
  CHECK_THAT(lab.csv({"@failures"}), ContainsSubstring("scores,8,dot/gru,2,lost,"));
}

TEST_CASE("views and named queries work in the bare sqlite3 shell") {
  int status = 0;
  if (printed("command -v sqlite3", status).empty()) {
    std::puts("skipped: no program sqlite3");
    return;
  }
  const Grid lab;
  std::string views;
  {
    Database database(lab.globals.database, Access::read);
    views = ask(database, "SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'view'");
  }
  std::istringstream names(views);
  int count = 0;
  for (std::string view; names >> view; ++count) {
    INFO(view);
    const std::string text =
        printed("sqlite3 -readonly '" + lab.globals.database + "' 'SELECT count(*) > 0 FROM " + view + "' 2>&1", status);
    CHECK(status == 0);
    CHECK(text == (view == "v_curve" ? "0\n" : "1\n"));
  }
  CHECK(count == 6);  // five of the schema and that of the experiment
  for (const NamedQuery& query : named_queries()) {
    const std::string file = std::string(SEQLAB_SOURCE_FOLDER) + "/results/queries/" + std::string(query.name) + ".sql";
    INFO(file);
    const std::string text = printed("sqlite3 -readonly '" + lab.globals.database + "' < '" + file + "' 2>&1", status);
    INFO(text);
    CHECK(status == 0);
    CHECK(text.find("rror") == std::string::npos);
  }
}
