// diff, logs, tag, note, rm, export, import, status --watch.

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "experiment/scheduler.h"
#include "laboratory.h"
#include "results/annotation.h"
#include "results/transfer.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

struct Quiet : Laboratory {
  Quiet() {
    globals.quiet = true;
    fill();
  }
  [[nodiscard]] std::string asked(const std::string& sql) const {
    Database database(globals.database, Access::read);
    return ask(database, sql);
  }
};

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("diff shows what two runs do not share") {
  Quiet lab;
  const std::string text = lab(diff_command(), {"1", "3"});
  CHECK_THAT(text, ContainsSubstring("#1 none/lstm seed 1"));
  CHECK_THAT(text, ContainsSubstring("parts.attention"));
  CHECK_THAT(text, ContainsSubstring("state"));
  CHECK(text.find("train.epochs") == std::string::npos);  // equal
  CHECK(text.find("compiler") == std::string::npos);
  CHECK_THAT(lab(diff_command(), {"1", "2"}),
             ContainsSubstring("valid/exact best     0.5                  0.75                 +0.25"));
  CHECK_THAT(lab(diff_command(), {"1", "1"}), ContainsSubstring("differ in nothing that is stored"));
  CHECK_THROWS_AS(diff_command().run({"1", "99"}, lab.globals), NothingMatched);
  CHECK_THROWS_AS(diff_command().run({"1"}, lab.globals), UserError);
  lab.globals.json = true;
  const auto json = nlohmann::json::parse(lab(diff_command(), {"1", "2"}));
  CHECK(json["results"][0] == nlohmann::json{{"key", "valid/exact best"}, {"a", 0.5}, {"b", 0.75}, {"difference", 0.25}});
  CHECK(json["settings"].empty());
}

TEST_CASE("tags and notes stay with a run, and show shows them") {
  Quiet lab;
  lab(tag_command(), {"2", "paper", "good"});
  lab(tag_command(), {"2", "good"});
  CHECK(lab(tag_command(), {"2"}) == "good\npaper\n");
  CHECK_THAT(lab(tag_command(), {}), ContainsSubstring("paper    2  scores      none/lstm     2  done"));
  CHECK_THROWS_WITH(tag_command().run({"2", "papr", "--remove"}, lab.globals), ContainsSubstring("did you mean 'paper'?"));
  CHECK_THROWS_AS(tag_command().run({"2", "two words"}, lab.globals), UserError);
  CHECK_THROWS_AS(tag_command().run({"99", "x"}, lab.globals), NothingMatched);
  lab(tag_command(), {"2", "good", "--remove"});
  CHECK(lab(tag_command(), {"2"}) == "paper\n");

  lab(note_command(), {"2", "the", "first"});
  lab(note_command(), {"2", "the second"});
  const std::string notes = lab(note_command(), {"2"});
  CHECK_THAT(notes, ContainsSubstring("  the first\n"));
  CHECK(notes.find("first") < notes.find("second"));
  CHECK_THROWS_AS(note_command().run({"2", " "}, lab.globals), UserError);
  const std::string shown = lab(show_command(), {"2"});
  CHECK_THAT(shown, ContainsSubstring("tags: paper\n"));
  CHECK_THAT(shown, ContainsSubstring("  the second\n"));
  lab.globals.json = true;
  CHECK(nlohmann::json::parse(lab(show_command(), {"2"}))["tags"][0] == "paper");
  CHECK(nlohmann::json::parse(lab(note_command(), {"2"})).size() == 2);
  CHECK(nlohmann::json::parse(lab(tag_command(), {"2"}))["tags"].size() == 1);
}

TEST_CASE("rm takes a run out with its own files, and asks for --yes where there are more") {
  Quiet lab;
  const std::string folder = log_folder_of(lab.globals.database);
  const std::string elsewhere = lab.folder.file("elsewhere.log");
  write(folder + "/run-1.log", "x");
  write(folder + "/run-1/last.safetensors", "x");
  write(folder + "/run-2.log", "x");
  write(elsewhere, "x");
  {
    Database database(lab.globals.database, Access::write);
    database.prepare("UPDATE run SET log_file = ? WHERE id = 1").bind_all(folder + "/run-1.log").run();
    database.prepare("INSERT INTO artifact (run, name, path) VALUES (1, 'best', ?)").bind_all(elsewhere).run();
  }
  lab(rm_command(), {"1"});
  CHECK(lab.asked("SELECT count(*) FROM run") == "3");
  CHECK(lab.asked("SELECT count(*) FROM result WHERE run = 1") == "0");
  CHECK(lab.asked("SELECT count(*) FROM variant") == "2");  // seed 2 has it still
  CHECK_FALSE(std::filesystem::exists(folder + "/run-1.log"));
  CHECK_FALSE(std::filesystem::exists(folder + "/run-1"));
  CHECK(std::filesystem::exists(folder + "/run-2.log"));
  CHECK(std::filesystem::exists(elsewhere));  // not in the database's folder: another's

  CHECK_THROWS_WITH(rm_command().run({"2", "3"}, lab.globals), ContainsSubstring("would remove 2 runs; add --yes"));
  CHECK_THROWS_WITH(rm_command().run({"scores"}, lab.globals), ContainsSubstring("3 runs"));
  CHECK_THROWS_AS(rm_command().run({"score"}, lab.globals), NothingMatched);
  CHECK(lab.asked("SELECT count(*) FROM run") == "3");
  lab(rm_command(), {"2", "2"});
  CHECK(lab.asked("SELECT count(*) FROM variant") == "1");
  lab(rm_command(), {"scores", "--yes"});
  CHECK(
      lab.asked(
          "SELECT count(*) || ' ' || (SELECT count(*) FROM experiment) || ' ' || (SELECT count(*) FROM variant) FROM run") ==
      "0 0 0");
  CHECK(lab.asked("SELECT count(*) FROM sqlite_master WHERE name = 'v_exp_scores'") == "0");
}

TEST_CASE("rm leaves what is at work, and what another experiment shows") {
  Quiet lab;
  {
    Store store(lab.globals.database);
    auto other = scores_experiment();
    other.name = "other";
    store.register_plan(other, {request("none", "lstm", 1)});  // run 1 is of both
    REQUIRE(store.claim(4, ::getpid(), ""));
    CHECK_THROWS_WITH(rm_command().run({"4"}, lab.globals), ContainsSubstring("#4 is at work"));
    CHECK_THROWS_WITH(rm_command().run({"scores", "--yes"}, lab.globals), ContainsSubstring("#4 is at work"));
    CHECK(lab.asked("SELECT count(*) FROM run") == "4");  // nothing at all
    store.finish(4, RunState::failed, "x", 1);
  }
  lab(rm_command(), {"scores", "--yes"});
  CHECK(lab.asked("SELECT group_concat(id) FROM run") == "1");
  CHECK(lab.asked("SELECT group_concat(name) FROM experiment") == "other");
}

TEST_CASE("export and import carry runs over, and a second time changes nothing") {
  Quiet lab;
  lab(tag_command(), {"2", "paper"});
  lab(note_command(), {"2", "a note"});
  {
    Store store(lab.globals.database);
    store.record(2, PointEvent{"train/loss", 10, 0.5, 2.25});
    store.record(2, PointEvent{"own/metric", 10, 0.5, std::nan("")});
  }
  const std::string file = lab.folder.file("out.db");
  lab(export_command(), {file});
  lab(export_command(), {file});
  CHECK_THROWS_AS(export_command().run({lab.globals.database}, lab.globals), UserError);
  CHECK_THROWS_AS(import_command().run({lab.globals.database}, lab.globals), UserError);
  CHECK_THROWS_AS(import_command().run({lab.folder.file("absent.db")}, lab.globals), NothingMatched);

  Laboratory other;
  other.globals.quiet = true;
  {
    Store store(other.globals.database);  // other ids than those of the source
    auto experiment = scores_experiment();
    experiment.name = "first";
    experiment.metric = "test/bleu";
    store.register_plan(experiment, {request("general", "rnn", 1)});
  }
  const std::string dump_sql =
      "SELECT group_concat(line, '; ') FROM (SELECT run.uuid || run.state || run.seed || coalesce(run.reason, '') || m.name "
      "|| "
      "r.which || coalesce(r.value, 'NaN') AS line FROM run JOIN result AS r ON r.run = run.id JOIN metric AS m ON m.id = "
      "r.metric "
      "ORDER BY 1)";
  for (int time = 0; time < 2; ++time) {
    other(import_command(), {file});
    Database database(other.globals.database, Access::read);
    CHECK(ask(database, dump_sql) == lab.asked(dump_sql));
    CHECK(ask(database, "SELECT count(*) FROM run") == "5");
    CHECK(ask(database, "SELECT count(*) || ' ' || count(value) || ' ' || min(epoch) FROM v_curve") == "2 1 0.5");
    CHECK(ask(database, "SELECT group_concat(name) FROM tag") == "paper");
    CHECK(ask(database, "SELECT count(*) FROM note") == "1");
    CHECK(ask(database, "SELECT prediction FROM example") == "predicted");
    CHECK(ask(database, "SELECT count(*) FROM event WHERE kind = 'imported'") == "8");  // four each on both ways
    CHECK(ask(database, "SELECT value FROM fact WHERE key = 'parameters'") == "321");
    CHECK(ask(database, "SELECT count(*) FROM run WHERE experiment IS NULL") == "0");
    CHECK(ask(database, "SELECT group_concat(kind || name) FROM plugin WHERE name = 'lstm'") == "celllstm");
    CHECK(ask(database, "PRAGMA integrity_check") == "ok");
    CHECK_FALSE(database.prepare("PRAGMA foreign_key_check").step());
  }
  CHECK(other(compare_command(), {"scores", "--format", "csv"}) == lab(compare_command(), {"scores", "--format", "csv"}));

  // Another machine has finished what failed here.
  {
    Store store(lab.globals.database);
    finish_with(store, 3, 0.95);
  }
  lab(export_command(), {lab.folder.file("more.db"), "3"});
  other.globals.json = true;
  const auto report = nlohmann::json::parse(other(import_command(), {lab.folder.file("more.db")}));
  CHECK(report["replaced"] == 1);
  CHECK(report["added"] == 0);
  Database database(other.globals.database, Access::read);
  CHECK(ask(database,
            "SELECT state || value FROM v_run JOIN result USING (run) WHERE label = 'dot/lstm' AND which = 'best'") ==
        "done0.95");
}

TEST_CASE("an export takes what was named, and import tells an experiment of another shape") {
  Quiet lab;
  const std::string file = lab.folder.file("one.db");
  lab(export_command(), {file, "2"});
  {
    Database database(file, Access::read);
    CHECK(ask(database, "SELECT count(*) || state FROM run") == "1done");
    CHECK(ask(database, "SELECT label FROM v_compare WHERE which = 'best'") == "none/lstm");
  }
  CHECK_THROWS_AS(export_command().run({file, "99"}, lab.globals), NothingMatched);

  Laboratory other;
  {
    Store store(other.globals.database);
    auto experiment = scores_experiment();
    experiment.factors = {"parts.cell"};
    store.register_plan(experiment, {request("none", "lstm", 7)});
  }
  Database source(file, Access::read);
  Store store(other.globals.database);
  const TransferReport report = transfer(source, store.database(), {});
  REQUIRE(report.remarks.size() == 1);
  CHECK_THAT(report.remarks[0], ContainsSubstring("varies [parts.attention, parts.cell] there and [parts.cell] here"));
  CHECK(report.added == 1);
}

TEST_CASE("import says which runs an experiment of the same name does not show, and why") {
  Quiet here;
  Laboratory there;
  {
    Store store(there.globals.database);
    auto plan = grid({"none"}, {"lstm"}, 3);
    for (auto& request : plan) request.variant.settings["train.epochs"] = std::int64_t{30};
    auto edited = request("none", "lstm", 4);
    edited.code_identity = "code-2";
    edited.plugins[0].content_hash = "newer content";
    plan.push_back(edited);
    plan.push_back(request("none", "lstm", 5));
    store.register_plan(scores_experiment(), plan);
  }
  Database source(there.globals.database, Access::read);
  Store store(here.globals.database);
  // A plan of one plugin in two builds is no plan: they are shown as they are stored.
  const TransferReport report = transfer(source, store.database(), {});
  CHECK(report.added == 5);
  REQUIRE(report.remarks.size() == 2);
  CHECK_THAT(report.remarks[0], ContainsSubstring("'scores' as it stands here does not show 1 of the runs taken in: another "
                                                  "build of cell/lstm made them"));
  CHECK_THAT(report.remarks[1], ContainsSubstring("does not show 3 of the runs taken in: train.epochs is 30 in them and 20 "
                                                  "here; `seqlab --db "));
  CHECK(ask(store.database(), "SELECT count(*) FROM experiment_run") == "5");  // the last one goes well with the four
  CHECK(transfer(source, store.database(), {}).remarks.empty());
}

TEST_CASE("a run is found by the start of its uuid") {
  Quiet lab;
  const std::string uuid = lab.asked("SELECT uuid FROM run WHERE id = 2");
  CHECK_THAT(lab(show_command(), {uuid.substr(0, 12)}), ContainsSubstring("run #2, seed 2"));
  lab(tag_command(), {uuid, "paper"});
  lab(rm_command(), {uuid.substr(0, 10)});
  CHECK(lab.asked("SELECT count(*) FROM run WHERE id = 2") == "0");
  CHECK_THROWS_AS(show_command().run({uuid}, lab.globals), NothingMatched);
  CHECK_THROWS_WITH(show_command().run({"what"}, lab.globals), ContainsSubstring("names no run"));
  {
    Database database(lab.globals.database, Access::write);
    database.execute("UPDATE run SET uuid = 'abcdef-' || id");
  }
  CHECK_THROWS_WITH(show_command().run({"abcd"}, lab.globals),
                    ContainsSubstring("of 3 runs begin with 'abcd' (#1, #3, #4)"));
}

TEST_CASE("the same work done on two machines is one run") {
  Quiet here;
  Quiet there;  // the same plan under other uuids
  here(export_command(), {here.folder.file("out.db")});
  there.globals.json = true;
  const auto report = nlohmann::json::parse(there(import_command(), {here.folder.file("out.db")}));
  CHECK(report["added"] == 0);
  CHECK(report["known"] == 4);
  CHECK(there.asked("SELECT count(*) FROM run") == "4");
}

TEST_CASE("logs prints what a run has printed, and follows it to its end") {
  Quiet lab;
  const std::string log = lab.folder.file("run-4.log");
  CHECK_THROWS_WITH(logs_command().run({"4"}, lab.globals), ContainsSubstring("#4 is queued and has no log yet"));
  CHECK_THROWS_WITH(logs_command().run({"3"}, lab.globals), ContainsSubstring("there is no file 'run-3.log'"));
  write(log, "first\n");
  std::thread run([&] {
    Store store(lab.globals.database);
    store.claim(4, ::getpid(), log);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    std::ofstream(log, std::ios::app) << "second\n";
    store.finish(4, RunState::done, "", 1);
  });
  const std::string text = lab(logs_command(), {"4", "-f"});
  run.join();
  CHECK(text == "first\nsecond\n");
  CHECK(lab(logs_command(), {"4"}) == "first\nsecond\n");
}

TEST_CASE("status --watch ends when no run is at work") {
  Quiet lab;
  CHECK(lab(status_command(), {"--watch"}) == "scores  2 of 4 done, 1 queued, 1 failed\n");
  {
    Store store(lab.globals.database);
    REQUIRE(store.claim(4, ::getpid(), ""));
  }
  std::thread run([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    Store store(lab.globals.database);
    store.finish(4, RunState::done, "", 1);
  });
  const std::string text = lab(status_command(), {"--watch"});
  run.join();
  CHECK_THAT(text, ContainsSubstring("scores  2 of 4 done, 1 running, 1 failed; about "));
  CHECK_THAT(text, ContainsSubstring("\nscores  3 of 4 done, 1 failed\n"));
}
