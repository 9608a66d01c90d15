#include "results/event_file.h"

#include <unistd.h>

#include <fstream>

#include "catch.h"
#include "core/error.h"
#include "fixture.h"

using namespace seqlab;
using namespace seqlab::test;

namespace {

Job job(const std::string& attention, std::int64_t seed) {
  Job out{scores_experiment(), request(attention, "lstm", seed), {}};
  out.spec.experiment = "scores";
  out.spec.metric = "valid/exact";
  out.spec.settings = out.request.variant.settings;
  out.spec.seed = seed;
  return out;
}

/// An event file of a run that came to `value`, or was cut short.
std::string write_events(const Folder& folder, const std::string& name, const Job& job, double value, bool whole = true) {
  const std::string path = folder.file(name);
  std::ofstream file(path);
  JobHeader header{job, "node7", "2024-05-01 10:00:00.000"};
  header.job.experiment.environment["cpu"] = "of node7";
  file << to_json(header) << '\n'
       << to_json_line(StartedEvent{{{"parameters", "99"}}}) << '\n'
       << to_json_line(PointEvent{"train/loss", 10, 1, 2.5}) << '\n'
       << to_json_line(ResultEvent{"valid/exact", "best", 1, value}) << '\n';
  if (whole) {
    file << to_json_line(DoneEvent{90, 60}) << '\n';
  } else {
    file << R"({"event": "poi)";
  }
  return path;
}

}  // namespace

TEST_CASE("a job survives its file") {
  const Job before = job("dot", 3);
  const Job after = job_from_json(to_json(before));
  CHECK(to_json(after) == to_json(before));
  CHECK(after.request.variant.settings == before.request.variant.settings);
  CHECK(after.request.seed == 3);
  CHECK(after.request.plugins[0].content_hash == "hash of lstm");
  CHECK(after.experiment.factors == before.experiment.factors);
  CHECK_THROWS_WITH(job_from_json("{}"), ContainsSubstring("seqlab jobs"));
  CHECK_THROWS_AS(job_from_json("nonsense"), UserError);
  CHECK_THROWS_AS(job_header_from_json(to_json(before)), UserError);  // without host and time
}

TEST_CASE("event files become runs of their experiment, once") {
  const Folder folder;
  const std::vector<EventFile> files{read_event_file(write_events(folder, "1.jsonl", job("none", 1), 0.5)),
                                     read_event_file(write_events(folder, "2.jsonl", job("dot", 1), 0.75)),
                                     read_event_file(write_events(folder, "3.jsonl", job("dot", 2), 0.25, false))};
  CHECK(files[2].state() == RunState::lost);
  Store store(folder.file("a.db"));
  CHECK(collect(store, files) == std::vector{Collected::stored, Collected::stored, Collected::stored});
  Database& database = store.database();
  CHECK(ask(database, "SELECT group_concat(state) FROM (SELECT state FROM run ORDER BY id)") == "done,done,lost");
  CHECK(ask(database, "SELECT reason FROM run WHERE state = 'lost'") == "its event file ends without its last word");
  CHECK(ask(database, "SELECT host || ' ' || started || ' ' || finished || ' ' || seconds FROM run WHERE id = 1") ==
        "node7 2024-05-01 10:00:00.000 2024-05-01 10:01:30.000 90.0");
  CHECK(ask(database, "SELECT parameters FROM run WHERE id = 2") == "99");
  CHECK(ask(database, "SELECT value FROM run JOIN environment_value USING (environment) WHERE run.id = 1 AND key = 'cpu'") ==
        "of node7");
  CHECK(ask(database, "SELECT group_concat(label || ' ' || mean) FROM (SELECT * FROM v_compare ORDER BY position)") ==
        "none/lstm 0.5,dot/lstm 0.75");
  CHECK(ask(database, "SELECT count(*) FROM v_curve WHERE run = 1") == "1");

  CHECK(collect(store, files) == std::vector{Collected::known, Collected::known, Collected::stored});
  CHECK(ask(database, "SELECT count(*) FROM run") == "3");
  // The third was at work still; now it is whole.
  const auto whole = read_event_file(write_events(folder, "3.jsonl", job("dot", 2), 0.25));
  CHECK(collect(store, {whole, whole}) == std::vector{Collected::stored, Collected::known});
  CHECK(ask(database, "SELECT count(*) FROM run WHERE state = 'done'") == "3");
  CHECK(ask(database, "SELECT count(*) FROM experiment_run") == "3");
}

TEST_CASE("a run that failed elsewhere failed") {
  const Folder folder;
  const std::string path = write_events(folder, "1.jsonl", job("none", 1), 0.5, true);
  std::ofstream(path, std::ios::app) << to_json_line(FailedEvent{"loss is NaN at step 3"}) << '\n';
  Store store(folder.file("a.db"));
  collect(store, {read_event_file(path)});
  CHECK(ask(store.database(), "SELECT state || ': ' || reason FROM run") == "failed: loss is NaN at step 3");
}

TEST_CASE("a file that is damaged names its line, and nothing is stored of a run at work here") {
  const Folder folder;
  const std::string path = write_events(folder, "1.jsonl", job("none", 1), 0.5);
  std::ofstream(path, std::ios::app) << "{\"event\": \"unheard of\"}\n";
  CHECK_THROWS_WITH(read_event_file(path), ContainsSubstring("1.jsonl:6: not an event line"));
  std::ofstream(path) << "{}\n";
  CHECK_THROWS_WITH(read_event_file(path), ContainsSubstring("1.jsonl:1: not a job of seqlab"));
  std::ofstream(path) << "";
  CHECK_THROWS_WITH(read_event_file(path), ContainsSubstring("the file is empty"));
  CHECK_THROWS_AS(read_event_file(folder.file("absent.jsonl")), EnvironmentError);

  Store store(folder.file("a.db"));
  const auto ticket = store.register_plan(scores_experiment(), {request("none", "lstm", 1)})[0];
  REQUIRE(store.claim(ticket.id, ::getpid(), ""));
  const auto file = read_event_file(write_events(folder, "1.jsonl", job("none", 1), 0.5));
  CHECK(collect(store, {file}) == std::vector{Collected::running});
  CHECK(ask(store.database(), "SELECT count(*) FROM result") == "0");
}
