#include "results/store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <map>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"
#include "results/process_identity.h"
#include "results/settings.h"

using namespace seqlab;
using namespace seqlab::test;

TEST_CASE("a plan is stored once however often it is registered") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto plan = grid({"none", "additive"}, {"lstm", "gru"}, 3);
  const auto first = store.register_plan(scores_experiment(), plan);
  REQUIRE(first.size() == 12);
  for (const auto& ticket : first) {
    CHECK(ticket.state == RunState::queued);
    CHECK_FALSE(ticket.existed);
  }
  const auto second = store.register_plan(scores_experiment(), plan);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    CHECK(second[i].id == first[i].id);
    CHECK(second[i].existed);
  }
  Database& database = store.database();
  CHECK(ask(database, "SELECT count(*) FROM run") == "12");
  CHECK(ask(database, "SELECT count(*) FROM variant") == "4");
  CHECK(ask(database, "SELECT count(*) FROM experiment_run") == "12");
  CHECK(ask(database, "SELECT count(*) FROM plugin") == "2");
  CHECK(ask(database, "SELECT count(*) FROM environment") == "1");
  CHECK(ask(database, "SELECT group_concat(key) FROM factor") == "parts.attention,parts.cell");
  CHECK(ask(database, "SELECT count(DISTINCT uuid) FROM run WHERE uuid LIKE '________-____-4___-____-____________'") ==
        "12");
}

TEST_CASE("settings keep their types") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const OptionValues more{{"a.flag", true}, {"a.list", std::vector<std::string>{"x", "y,\"z"}}, {"a.whole", 1.0}};
  store.register_plan(scores_experiment(), {request("dot", "lstm", 1, more)});
  Database& database = store.database();
  const auto typed = [&](const std::string& key) {
    return ask(database, "SELECT type || ' ' || typeof(value) || ' ' || value FROM param WHERE key = '" + key + "'");
  };
  CHECK(typed("a.flag") == "boolean text true");
  CHECK(typed("a.list") == "texts text [\"x\",\"y,\\\"z\"]");
  CHECK(typed("a.whole") == "real real 1.0");
  CHECK(typed("train.epochs") == "integer integer 20");
  CHECK(typed("parts.cell") == "text text lstm");
  CHECK(settings_from_json(ask(database, "SELECT settings FROM variant")) ==
        request("dot", "lstm", 1, more).variant.settings);
}

TEST_CASE("1 and 1.0 are different variants") {
  CHECK(canonical_json({{"x", std::int64_t{1}}}) != canonical_json({{"x", 1.0}}));
  CHECK(canonical_json({{"b", true}, {"a", 1.0}}) == R"({"a":1.0,"b":true})");
}

TEST_CASE("two requests of one variant and seed are one run") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto tickets = store.register_plan(scores_experiment(), {request("dot", "lstm", 1), request("dot", "lstm", 1)});
  CHECK(tickets[0].id == tickets[1].id);
  CHECK_FALSE(tickets[1].existed);
}

TEST_CASE("another code identity is another run, and the experiment shows the new one") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto old_run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0];
  finish_with(store, old_run.id, 0.5);
  const auto new_run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1, {}, "code-2")})[0];
  CHECK(new_run.id != old_run.id);
  CHECK_FALSE(new_run.existed);
  CHECK(ask(store.database(), "SELECT group_concat(run) FROM experiment_run") == std::to_string(new_run.id));
  CHECK(ask(store.database(), "SELECT count(*) FROM run") == "2");
  const auto again = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0];
  CHECK(again.state == RunState::done);
  CHECK(again.existed);
}

TEST_CASE("a partial plan takes nothing away, a changed one what no longer compares") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto shown = [&] {
    return ask(store.database(),
               "SELECT group_concat(label, ' ') FROM (SELECT label FROM experiment_run ORDER BY position)");
  };
  store.register_plan(scores_experiment(), grid({"none", "dot"}, {"lstm", "gru"}, 1));
  store.register_plan(scores_experiment(), grid({"dot"}, {"lstm"}, 1));
  CHECK(shown() == "none/lstm none/gru dot/lstm dot/gru");

  SECTION("the file's order is followed when the whole plan comes again") {
    store.register_plan(scores_experiment(), grid({"dot", "none"}, {"gru", "lstm"}, 1));
    CHECK(shown() == "dot/gru dot/lstm none/gru none/lstm");
  }
  SECTION("a new value is added") {
    store.register_plan(scores_experiment(), grid({"additive"}, {"lstm"}, 1));
    CHECK(shown() == "none/lstm none/gru dot/lstm dot/gru additive/lstm");
  }
  SECTION("a fixed setting changed: the rest would be compared with something else") {
    store.register_plan(scores_experiment(), {request("dot", "lstm", 1, {{"train.epochs", std::int64_t{40}}})});
    CHECK(shown() == "dot/lstm");
    CHECK(ask(store.database(), "SELECT count(*) FROM run") == "5");
    store.register_plan(scores_experiment(), grid({"none", "dot"}, {"lstm", "gru"}, 1));
    CHECK(shown() == "none/lstm none/gru dot/lstm dot/gru");
    CHECK(ask(store.database(), "SELECT count(*) FROM run") == "5");
  }
  SECTION("other factors: other cells") {
    auto experiment = scores_experiment();
    experiment.factors = {"parts.attention"};
    store.register_plan(experiment, grid({"dot"}, {"lstm"}, 1));
    CHECK(shown() == "dot/lstm");
    CHECK(ask(store.database(), "SELECT cell FROM experiment_run") == R"(["dot"])");
  }
}

TEST_CASE("experiments share runs") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto other = scores_experiment();
  other.name = "other";
  const auto mine = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0];
  const auto theirs = store.register_plan(other, {request("dot", "lstm", 1)})[0];
  CHECK(mine.id == theirs.id);
  CHECK(theirs.existed);
  CHECK(ask(store.database(), "SELECT group_concat(experiment) FROM (SELECT experiment FROM v_run ORDER BY 1)") ==
        "other,scores");
}

TEST_CASE("the experiment's record follows the file") {
  const Folder folder;
  Store store(folder.file("a.db"));
  store.register_plan(scores_experiment(), {request("dot", "lstm", 1)});
  auto changed = scores_experiment();
  changed.text = "new text";
  changed.metric = "valid/loss";
  changed.maximize = false;
  store.register_plan(changed, {request("dot", "lstm", 1)});
  CHECK(ask(store.database(), "SELECT count(*) || text || metric || maximize FROM experiment") == "1new textvalid/loss0");
  CHECK(ask(store.database(), "SELECT direction FROM metric WHERE name = 'valid/loss'") == "min");
}

TEST_CASE("a plan that cannot be stored leaves nothing of itself") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto broken = request("dot", "lstm", 2);
  broken.variant.settings["x"] = std::nan("");  // has no place in a NOT NULL column
  CHECK_THROWS_AS(store.register_plan(scores_experiment(), {request("dot", "lstm", 1), broken}), DatabaseError);
  CHECK(ask(store.database(), "SELECT count(*) FROM experiment") == "0");
  CHECK(ask(store.database(), "SELECT count(*) FROM run") == "0");
  CHECK(store.register_plan(scores_experiment(), {request("dot", "lstm", 1)}).size() == 1);
}

TEST_CASE("only one of two processes gets a run") {
  const Folder folder;
  Store first(folder.file("a.db"));
  Store second(folder.file("a.db"));
  const auto run = first.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  CHECK(second.claim(run, ::getpid(), "x.log"));
  CHECK_FALSE(first.claim(run, ::getpid(), "y.log"));
  CHECK(ask(first.database(), "SELECT state || log_file FROM run") == "runningx.log");
  second.finish(run, RunState::failed, "loss is NaN", 1.0);
  CHECK(first.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].state == RunState::failed);
  CHECK(first.claim(run, ::getpid(), "y.log"));  // --retry
  first.finish(run, RunState::done, "", 1.0);
  CHECK_FALSE(second.claim(run, ::getpid(), "x.log"));
  CHECK_THROWS_AS(first.claim(12345, ::getpid(), ""), InternalError);
}

TEST_CASE("a run that another process took over is not ended by the first") {
  const Folder folder;
  Store first(folder.file("a.db"));
  Store second(folder.file("a.db"));
  const auto run = first.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  REQUIRE(first.claim(run, ::getpid(), ""));
  first.database().execute("UPDATE run SET state = 'lost'");
  REQUIRE(second.claim(run, ::getpid(), ""));
  first.finish(run, RunState::failed, "too late", 1.0);
  CHECK(ask(first.database(), "SELECT state || reason FROM run") == "running");
  second.finish(run, RunState::done, "", 1.0);
  CHECK(ask(first.database(), "SELECT state FROM run") == "done");
}

TEST_CASE("every way to end is stored with its reason") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto tickets = store.register_plan(scores_experiment(), grid({"dot"}, {"lstm"}, 5));
  const std::map<RunState, std::size_t> ends{
      {RunState::done, 0}, {RunState::failed, 1}, {RunState::timeout, 2}, {RunState::interrupted, 3}, {RunState::lost, 4}};
  for (const auto& [state, place] : ends) {
    REQUIRE(store.claim(tickets[place].id, ::getpid(), ""));
    store.finish(tickets[place].id, state, "because " + std::string(state_name(state)), 1.5);
  }
  const auto again = store.register_plan(scores_experiment(), grid({"dot"}, {"lstm"}, 5));
  for (const auto& [state, place] : ends) {
    CHECK(again[place].state == state);
    CHECK(again[place].id == tickets[place].id);
    CHECK(ask(store.database(), "SELECT reason || seconds FROM run WHERE id = " + std::to_string(again[place].id)) ==
          "because " + std::string(state_name(state)) + "1.5");
  }
  CHECK(ask(store.database(), "SELECT count(*) FROM run WHERE started IS NULL OR finished IS NULL OR finished < started") ==
        "0");
  CHECK_THROWS_AS(store.finish(tickets[0].id, RunState::running, "", 0), InternalError);
}

TEST_CASE("all events of a run arrive") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  REQUIRE(store.claim(run, ::getpid(), ""));
  store.record(run, StartedEvent{{{"parameters", "12345"}, {"train pairs", "10000"}}});
  store.record(run, ProgressEvent{1, 20, 100, 0.05, 0.9});
  store.record(run, ProgressEvent{2, 20, 200, 0.10, 0.8});
  store.record(run, PointEvent{"train/loss", 100, 1, 0.9});
  store.record(run, PointEvent{"train/loss", 200, 2, std::nan("")});
  store.record(run, PointEvent{"train/odd", 200, 2, INFINITY});
  store.record(run, ResultEvent{"valid/exact", "best", 2, 0.75});
  store.record(run, ExampleEvent{"test", 0, "nguồn", "prediction", "reference", 1});
  store.record(run, AttentionEvent{"test", 0, "decoder", 0, {"a", "b"}, {"c"}, {{0.25F, 0.75F}}});
  store.record(run, DoneEvent{7.5, 6.5});
  store.finish(run, RunState::done, "", 99);
  Database& database = store.database();
  CHECK(ask(database, "SELECT parameters || ' ' || seconds || ' ' || train_seconds || ' ' || state FROM run") ==
        "12345 7.5 6.5 done");
  CHECK(ask(database, "SELECT value FROM fact WHERE key = 'train pairs'") == "10000");
  CHECK(ask(database, "SELECT count(*) || ' ' || max(epoch) FROM progress") == "1 2");
  CHECK(ask(database, "SELECT count(*) || ' ' || count(value) FROM v_curve WHERE metric = 'train/loss'") == "2 1");
  CHECK(ask(database, "SELECT value > 1e300 FROM v_curve WHERE metric = 'train/odd'") == "1");
  CHECK(ask(database, "SELECT value FROM v_result WHERE which = 'best'") == "0.75");
  CHECK(ask(database, "SELECT source FROM example") == "nguồn");
  CHECK(ask(database, "SELECT source_tokens || target_tokens || hex(weights) FROM attention") ==
        "[\"a\",\"b\"][\"c\"]0000803E0000403F");
  CHECK(ask(database, "SELECT group_concat(kind) FROM event") == "registered,started,done");
}

TEST_CASE("events wait in memory until they are many, old, or asked for") {
  const Folder folder;
  Store store(folder.file("a.db"));
  Database reader(folder.file("a.db"), Access::read);
  const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  REQUIRE(store.claim(run, ::getpid(), ""));
  const auto points = [&] { return std::stoi(ask(reader, "SELECT count(*) FROM point")); };
  store.record(run, PointEvent{"train/loss", 0, 0, 1.0});
  CHECK(points() == 0);
  store.flush();
  CHECK(points() == 1);
  for (int step = 1; step <= 20'100; ++step) store.record(run, PointEvent{"train/loss", step, 0, 1.0});
  CHECK(points() >= 20'000);
  for (int number = 0; number < 600; ++number) store.record(run, ExampleEvent{"test", number, "", "", "", 0});
  CHECK(std::stoi(ask(reader, "SELECT count(*) FROM example")) >= 500);
  store.flush();
  CHECK(points() == 20'101);
  store.record(run, PointEvent{"train/loss", 30'000, 0, 1.0});
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  store.record(run, PointEvent{"train/loss", 30'001, 0, 1.0});
  CHECK(points() == 20'103);
}

TEST_CASE("events that could not be written are kept") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  REQUIRE(store.claim(run, ::getpid(), ""));
  Database other(folder.file("a.db"), Access::write);
  store.record(run, PointEvent{"new/metric", 1, 0, 1.0});
  store.database().execute("PRAGMA busy_timeout = 0");
  {
    Transaction blocking(other);
    CHECK_THROWS_WITH(store.flush(), ContainsSubstring("another process"));
  }
  store.flush();
  CHECK(ask(other, "SELECT count(*) FROM v_curve WHERE metric = 'new/metric'") == "1");
}

TEST_CASE("a closed store has written all") {
  const Folder folder;
  {
    Store store(folder.file("a.db"));
    const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
    REQUIRE(store.claim(run, ::getpid(), ""));
    store.record(run, PointEvent{"train/loss", 1, 0, 1.0});
  }
  Database database(folder.file("a.db"), Access::read);
  CHECK(ask(database, "SELECT count(*) FROM point") == "1");
}

TEST_CASE("a repeated run replaces what the first attempt left") {
  const Folder folder;
  Store store(folder.file("a.db"));
  const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  const RunState first_end = GENERATE(RunState::failed, RunState::interrupted);
  REQUIRE(store.claim(run, ::getpid(), ""));
  store.record(run, PointEvent{"train/loss", 999, 9, 1.0});
  store.record(run, ResultEvent{"valid/exact", "best", 9, 0.1});
  store.record(run, ExampleEvent{"test", 77, "", "", "", 0});
  store.finish(run, first_end, "first", 1);
  REQUIRE(store.claim(run, ::getpid(), ""));
  store.record(run, ResultEvent{"valid/exact", "best", 3, 0.9});
  store.finish(run, RunState::done, "", 1);
  Database& database = store.database();
  CHECK(ask(database, "SELECT group_concat(value) FROM result") == "0.9");
  CHECK(ask(database, "SELECT count(*) FROM example") == "0");
  // An interrupted run is resumed: its curve goes on.
  CHECK(ask(database, "SELECT count(*) FROM point") == (first_end == RunState::interrupted ? "1" : "0"));
}

TEST_CASE("a run whose processes died is lost, and only such a run") {
  const Folder folder;
  const std::string path = folder.file("a.db");
  std::vector<RunTicket> tickets;
  {
    Store store(path);
    tickets = store.register_plan(scores_experiment(), grid({"dot"}, {"lstm"}, 4));
  }
  const pid_t child = ::fork();
  if (child == 0) {  // a scheduler that dies without a word
    Store store(path);
    const bool claimed = store.claim(tickets[0].id, ::getpid(), "") && store.claim(tickets[1].id, ::getppid(), "");
    ::_exit(claimed ? 0 : 1);
  }
  int ended = 0;
  REQUIRE(::waitpid(child, &ended, 0) == child);
  REQUIRE(ended == 0);

  Store store(path);
  const auto state = [&](std::size_t i) {
    return ask(store.database(), "SELECT state FROM run WHERE id = " + std::to_string(tickets[i].id));
  };
  CHECK(state(0) == "lost");
  CHECK(state(1) == "running");  // the process that works on it (here: this test) lives
  CHECK(ask(store.database(), "SELECT reason FROM run WHERE state = 'lost'") == "its process ended without a word");

  REQUIRE(store.claim(tickets[2].id, ::getpid(), ""));
  REQUIRE(store.claim(tickets[3].id, ::getpid(), ""));
  CHECK(store.reap_lost().empty());
  store.database().execute("UPDATE run SET pid_start = 1, owner_start = 1 WHERE id = " + std::to_string(tickets[2].id));
  CHECK(store.reap_lost() == std::vector<std::int64_t>{tickets[2].id});  // the number is in use, but by a later process
  store.database().execute("UPDATE run SET boot = 'an earlier one' WHERE id = " + std::to_string(tickets[3].id));
  CHECK(store.reap_lost() == std::vector<std::int64_t>{tickets[3].id});
  CHECK(store.claim(tickets[3].id, ::getpid(), ""));
  store.database().execute("UPDATE run SET host = 'elsewhere', pid_start = 1, owner_start = 1");
  CHECK(store.reap_lost().empty());  // of another host nothing can be known
}

TEST_CASE("processes are known by number and start") {
  const ProcessIdentity self = this_process();
  REQUIRE(self.start);
  CHECK(is_alive(self));
  CHECK_FALSE(is_alive({self.pid, *self.start - 1}));
  CHECK_FALSE(is_alive({0, std::nullopt}));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(is_alive(identify_process(child)));  // a zombie
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(is_alive({child, std::nullopt}));
}

TEST_CASE("two processes may make the same database at once") {
  const Folder folder;
  const std::string path = folder.file("race.db");
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      int code = 1;
      try {
        Store store(path);
        const auto run = store.register_plan(scores_experiment(), {request("dot", "lstm", i)})[0].id;
        if (store.claim(run, ::getpid(), "")) store.finish(run, RunState::done, "", 1);
        code = 0;
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
      }
      ::_exit(code);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int ended = 1;
    ::waitpid(child, &ended, 0);
    CHECK(ended == 0);
  }
  Database database(path, Access::read);
  CHECK(ask(database, "SELECT count(*) FROM run WHERE state = 'done'") == "4");
}

TEST_CASE("a run that another process has had since is not claimed before it is looked at") {
  const Folder folder;
  Store first(folder.file("a.db"));
  Store second(folder.file("a.db"));
  const auto run = first.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id;
  second.register_plan(scores_experiment(), {request("dot", "lstm", 1)});
  REQUIRE(first.claim(run, ::getpid(), ""));
  first.record(run, ProgressEvent{2, 20, 200, 0.10, 0.8});
  first.flush();
  const auto at_work = second.news({run});
  REQUIRE(at_work.size() == 1);
  CHECK(at_work[0].state == RunState::running);
  CHECK(at_work[0].progress.step == 200);
  first.finish(run, RunState::failed, "loss is NaN", 1);
  REQUIRE(first.claim(run, ::getpid(), ""));  // --retry
  first.finish(run, RunState::failed, "loss is NaN again", 1);
  CHECK_FALSE(second.claim(run, ::getpid(), ""));  // it would be a third time
  const auto failed = second.news({run});
  CHECK(failed[0].state == RunState::failed);
  CHECK(failed[0].reason == "loss is NaN again");
  CHECK(second.claim(run, ::getpid(), ""));                    // now it knows
  CHECK(second.news({run + 1})[0].state == RunState::failed);  // `seqlab rm` has taken it away
}

TEST_CASE("a preview stores nothing") {
  const Folder folder;
  Store store(folder.file("a.db"));
  CHECK(store.preview_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].state == RunState::queued);
  CHECK(ask(store.database(), "SELECT count(*) FROM run") == "0");
  finish_with(store, store.register_plan(scores_experiment(), {request("dot", "lstm", 1)})[0].id, 0.5);
  const auto tickets = store.preview_plan(scores_experiment(), grid({"dot", "none"}, {"lstm"}, 1));
  CHECK(tickets[0].state == RunState::done);
  CHECK(tickets[1].state == RunState::queued);
  CHECK(ask(store.database(), "SELECT count(*) FROM run") == "1");
}

TEST_CASE("a new run says what has changed since the one in its place") {
  const Folder folder;
  Store store(folder.file("a.db"));
  auto experiment = scores_experiment();
  experiment.environment = {{"framework", "1.0"}, {"build", "b1"}};
  const auto ticket = [&](const RunRequest& asked) { return store.register_plan(experiment, {asked})[0]; };
  const OptionValues data{{"content.data", std::string("d1")}};
  const auto first = ticket(request("dot", "lstm", 1, data));
  CHECK(first.reason.empty());
  CHECK(ticket(request("dot", "lstm", 2, data)).reason.empty());           // another seed is another place
  CHECK(ticket(request("dot", "lstm", 1, {{"x", true}})).reason.empty());  // the one in its place was never begun
  finish_with(store, first.id, 0.5);

  SECTION("options") {
    const auto changed =
        ticket(request("dot", "lstm", 1, {{"content.data", std::string("d1")}, {"train.epochs", std::int64_t{40}}}));
    CHECK(changed.reason == "train.epochs 20 -> 40");
    CHECK(changed.seconds == 2.0);
    OptionValues many = data;
    for (const char* key : {"a", "b", "c", "d", "e"}) many[std::string("train.") + key] = 1.5;
    CHECK(ticket(request("dot", "lstm", 1, many)).reason ==
          "train.a - -> 1.5, train.b - -> 1.5, train.c - -> 1.5 and 2 more");
  }
  SECTION("data") {
    CHECK(ticket(request("dot", "lstm", 1, {{"content.data", std::string("d2")}})).reason == "data changed");
  }
  SECTION("a plugin, with the options that came with it") {
    auto edited = request("dot", "lstm", 1, {{"content.data", std::string("d1")}, {"cell.lstm.new", 1.0}}, "code-2");
    edited.plugins[0].content_hash = "another";
    CHECK(ticket(edited).reason == "cell/lstm changed");
  }
  SECTION("the framework") {
    experiment.environment["framework"] = "1.1";
    CHECK(ticket(request("dot", "lstm", 1, data, "code-2")).reason == "seqlab 1.0 -> 1.1");
    experiment.environment["framework"] = "1.0";
    CHECK(ticket(request("dot", "lstm", 1, data, "code-3")).reason == "code changed");
  }
  SECTION("the build alone is told and does not count, unless it is asked for") {
    experiment.environment["build"] = "b2";
    const auto again = ticket(request("dot", "lstm", 1, data));
    CHECK(again.id == first.id);
    CHECK(again.state == RunState::done);
    CHECK(again.other_build);
    CHECK(again.seconds == 2.0);
    const auto rebuilt = ticket(request("dot", "lstm", 1, data, "code-1+b2"));
    CHECK(rebuilt.id != first.id);
    CHECK(rebuilt.reason == "seqlab rebuilt");
    finish_with(store, rebuilt.id, 0.6);
    const auto newest = ticket(request("dot", "lstm", 1, data));
    CHECK(newest.id == rebuilt.id);
    CHECK_FALSE(newest.other_build);
  }
}
