#include "experiment/scheduler.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>

#include "catch.h"
#include "core/error.h"
#include "temporary_folder.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

namespace {

struct End {
  RunState state;
  std::string reason;
};

class FakeLedger final : public Ledger {
 public:
  std::vector<RunTicket> register_plan(const ExperimentRecord&, const std::vector<RunRequest>&) override { return {}; }
  bool claim(std::int64_t run, std::int64_t pid, const std::string& log_file) override {
    CHECK(pid == getpid());
    CHECK_THAT(log_file, ContainsSubstring("run-" + std::to_string(run) + ".log"));
    return !taken.contains(run);
  }
  void record(std::int64_t run, const Event& event) override { events[run].push_back(event); }
  void flush() override { ++flushes; }
  std::vector<RunNews> news(const std::vector<std::int64_t>& runs) override {
    std::vector<RunNews> all;
    for (const std::int64_t run : runs) {
      std::vector<RunNews>& script = told[run];
      REQUIRE_FALSE(script.empty());
      all.push_back(script.front());
      all.back().id = run;
      if (script.size() > 1) script.erase(script.begin());
      if (all.back().state == RunState::lost || all.back().state == RunState::interrupted) taken.erase(run);
    }
    return all;
  }
  void finish(std::int64_t run, RunState state, const std::string& reason, double) override { ends[run] = {state, reason}; }

  std::set<std::int64_t> taken;
  std::map<std::int64_t, std::vector<RunNews>> told;  // by run: one answer after the other, the last one again and again
  std::map<std::int64_t, std::vector<Event>> events;
  std::map<std::int64_t, End> ends;
  int flushes = 0;
};

class FakeListener final : public ProgressListener {
 public:
  void finished(const RunningView& run, RunState, const std::string&, const ScheduleView& view) override {
    order.push_back(run.id);
    last = view;
    best = run.best;
  }
  void tick(const ScheduleView& view) override {
    most_running = std::max(most_running, view.running.size());
    if (!signal_at_tick || view.running.empty() || sent >= signals) return;
    // The children say when they are ready, so that the signal does not overtake them.
    const bool ready = std::ranges::all_of(view.running, [](const RunningView& run) { return run.progress.epoch > 0; });
    if (ready && raise(*signal_at_tick) == 0) ++sent;
  }

  std::vector<std::int64_t> order;
  ScheduleView last;
  std::optional<double> best;
  std::size_t most_running = 0;
  std::optional<int> signal_at_tick;
  int signals = 1;
  int sent = 0;
};

/// What a run's process says: a line of shell.
std::string say(const Event& event) { return "echo '" + to_json_line(event) + "' >&3; "; }

struct Laboratory {
  TemporaryFolder folder;
  FakeLedger ledger;
  FakeListener listener;
  ScheduleOptions options;
  std::vector<ScheduledRun> runs;

  Laboratory() {
    options.program = "/bin/sh";
    options.log_folder = folder.file("runs/probe");
    options.kill_after = std::chrono::milliseconds(300);
    options.stop_after = std::chrono::milliseconds(20000);
  }
  /// A run whose process is the script `<seed>.sh`; the seed is read from its specification.
  void add(const std::string& script) {
    ScheduledRun run;
    run.id = 100 + static_cast<std::int64_t>(runs.size());
    run.label = "variant";
    run.spec.seed = static_cast<std::int64_t>(runs.size());
    run.spec.metric = "valid/exact";
    runs.push_back(run);
    folder.write(std::to_string(run.spec.seed) + ".sh", script);
  }
  ScheduleSummary work() {
    options.arguments = {"-c", "seed=$(sed 's/.*\"seed\":\\([0-9]*\\).*/\\1/'); . " + folder.path().string() + "/$seed.sh"};
    return schedule(runs, options, ledger, listener);
  }
};

}  // namespace

TEST_CASE("a run is done with its own word and exit status 0", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(StartedEvent{}) + say(PointEvent{"valid/exact", 1, 1, 0.5}) +
          say(ResultEvent{"valid/exact", "best", 1, 0.75}) + "echo printed; " + say(DoneEvent{1, 1}));
  const ScheduleSummary summary = lab.work();
  CHECK(summary.done == 1);
  CHECK(summary.failed + summary.timeout + summary.interrupted + summary.not_started == 0);
  CHECK(lab.ledger.ends.at(100).state == RunState::done);
  CHECK(lab.ledger.events.at(100).size() == 4);
  CHECK(lab.ledger.flushes > 0);
  CHECK(lab.listener.best == 0.75);
  CHECK(test::read_text(lab.folder.file("runs/probe/run-100.log")) == "printed\n");
}

TEST_CASE("a run that fails in any way ends alone, with its reason", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(DoneEvent{}));
  lab.add(say(FailedEvent{"loss is NaN at step 812"}) + "exit 1");
  lab.add("kill -SEGV $$");
  lab.add("exit 0");
  lab.add("exit 7");
  lab.add(say(DoneEvent{}) + "exit 2");
  lab.add("echo nonsense >&3; sleep 600");
  lab.add(say(DoneEvent{}));
  lab.options.jobs = 2;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.done == 2);
  CHECK(summary.failed == 6);
  const auto& ends = lab.ledger.ends;
  CHECK(ends.at(101).reason == "loss is NaN at step 812");
  CHECK(ends.at(102).reason == "killed by signal 11 (Segmentation fault)");
  CHECK(ends.at(103).reason == "exited with status 0 without finishing (a plugin called exit?)");
  CHECK(ends.at(104).reason == "exited with status 7");
  CHECK(ends.at(105).reason == "finished, then exited with status 2");
  CHECK_THAT(ends.at(106).reason, ContainsSubstring("event that cannot be read"));
  CHECK(ends.at(107).state == RunState::done);
  CHECK(lab.listener.order.size() == 8);
  CHECK(lab.listener.last.done == 2);
  CHECK(lab.listener.last.failed == 6);
  CHECK(lab.listener.last.queued == 0);
  CHECK(lab.listener.last.running.empty());
  CHECK(lab.listener.most_running <= 2);
}

TEST_CASE("a run that takes too long is stopped, then killed", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("sleep 600");
  lab.add("trap '' TERM; sleep 600; sleep 600");
  lab.add(say(DoneEvent{}));
  lab.options.timeout = "250ms";
  lab.options.jobs = 3;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.timeout == 2);
  CHECK(summary.done == 1);
  CHECK(lab.ledger.ends.at(100).state == RunState::timeout);
  CHECK(lab.ledger.ends.at(101).state == RunState::timeout);
  CHECK(lab.ledger.ends.at(101).reason == "ran longer than 250ms");
}

TEST_CASE("a signal stops the children and leaves the rest queued", "[experiment][scheduler]") {
  Laboratory lab;
  const std::string ready = say(ProgressEvent{1, 2, 1, 0.5, 0.1});
  lab.add("trap '" + std::string("echo saved; exit 1") + "' TERM; " + ready + "while :; do sleep 0.05; done");
  lab.add(ready + "sleep 600");
  lab.add(say(DoneEvent{}));
  lab.options.jobs = 2;
  lab.listener.signal_at_tick = SIGINT;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.signal == SIGINT);
  CHECK(summary.interrupted == 2);
  CHECK(summary.not_started == 1);
  CHECK(lab.ledger.ends.at(100).state == RunState::interrupted);
  CHECK(lab.ledger.ends.at(100).reason == "stopped by SIGINT");
  CHECK_FALSE(lab.ledger.ends.contains(102));
  CHECK_THAT(test::read_text(lab.folder.file("runs/probe/run-100.log")), ContainsSubstring("saved"));
}

TEST_CASE("the second signal kills what does not stop by itself", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("trap '' TERM; " + say(ProgressEvent{1, 2, 1, 0.5, 0.1}) + "while :; do sleep 0.05; done");
  lab.listener.signal_at_tick = SIGTERM;
  lab.listener.signals = 2;
  lab.options.stop_after = std::chrono::hours(1);
  const ScheduleSummary summary = lab.work();
  CHECK(lab.listener.sent == 2);
  CHECK(summary.signal == SIGTERM);
  CHECK(lab.ledger.ends.at(100).state == RunState::interrupted);
}

TEST_CASE("a run that stopped by itself with its checkpoint written is interrupted", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("exit 75");
  CHECK(lab.work().interrupted == 1);
  CHECK(lab.ledger.ends.at(100).state == RunState::interrupted);
  CHECK(lab.ledger.ends.at(100).reason == "its process was asked to stop");
}

TEST_CASE("a checkpoint goes when its run is done, and not before", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(DoneEvent{}));
  lab.add("exit 1");
  const auto file = [](int run, const std::string& name) { return "runs/probe/run-" + std::to_string(run) + "/" + name; };
  for (const int run : {100, 101}) {
    for (const char* name : {"last.safetensors", "last.1.safetensors", "best.safetensors"})
      lab.folder.write(file(run, name), "x");
  }
  lab.work();
  const auto there = [&](int run, const std::string& name) {
    return std::filesystem::exists(lab.folder.file(file(run, name)));
  };
  CHECK_FALSE(there(100, "last.safetensors"));
  CHECK_FALSE(there(100, "last.1.safetensors"));
  CHECK(there(100, "best.safetensors"));
  CHECK(there(101, "last.safetensors"));
  CHECK(there(101, "last.1.safetensors"));
}

TEST_CASE("with fail-fast the first failure stops all", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("sleep 600");
  lab.add("exit 1");
  lab.add(say(DoneEvent{}));
  lab.options.jobs = 2;
  lab.options.fail_fast = true;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.failed == 1);
  CHECK(summary.interrupted == 1);
  CHECK(summary.not_started == 1);
  CHECK(summary.signal == 0);
  CHECK(lab.ledger.ends.at(100).reason == "stopped after another run failed");
}

TEST_CASE("runs of another process are left to it", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(DoneEvent{}));
  lab.add(say(DoneEvent{}));
  lab.ledger.taken = {100};
  lab.ledger.told[100] = {{0, RunState::running, "", {}}, {0, RunState::done, "", {}}};
  const ScheduleSummary summary = lab.work();
  CHECK(summary.done == 1);
  CHECK(summary.done_elsewhere == 1);
  CHECK(summary.elsewhere == 0);
  CHECK_FALSE(lab.ledger.ends.contains(100));
  CHECK(lab.listener.order == std::vector<std::int64_t>{101, 100});
  CHECK(lab.listener.last.total == 2);
  CHECK(lab.listener.last.done == 2);
  CHECK(lab.listener.last.elsewhere.empty());
}

TEST_CASE("what another process loses or leaves is taken over", "[experiment][scheduler]") {
  Laboratory lab;
  for (int i = 0; i < 4; ++i) lab.add(say(DoneEvent{}));
  for (ScheduledRun& run : lab.runs) run.elsewhere = true;
  lab.ledger.taken = {100, 101, 102, 103};
  lab.ledger.told[100] = {{0, RunState::running, "", {}}, {0, RunState::lost, "", {}}};
  lab.ledger.told[101] = {{0, RunState::interrupted, "", {}}};
  lab.ledger.told[102] = {{0, RunState::failed, "loss is NaN", {}}};
  lab.ledger.told[103] = {{0, RunState::done, "", {}}};
  const ScheduleSummary summary = lab.work();
  CHECK(summary.done == 2);
  CHECK(summary.done_elsewhere == 1);
  CHECK(summary.failed_elsewhere == 1);
  CHECK(lab.ledger.ends.size() == 2);
  CHECK(lab.ledger.ends.at(100).state == RunState::done);
  CHECK(lab.ledger.ends.at(101).state == RunState::done);
}

TEST_CASE("a stopped process does not wait for others", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(ProgressEvent{1, 2, 1, 0.5, 0.1}) + "sleep 600");
  lab.add("");
  lab.runs[1].elsewhere = true;
  lab.ledger.told[101] = {{0, RunState::running, "", {}}};
  lab.listener.signal_at_tick = SIGUSR1;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.signal == SIGUSR1);
  CHECK(summary.interrupted == 1);
  CHECK(summary.elsewhere == 1);
  CHECK(lab.ledger.ends.at(100).reason == "stopped by SIGUSR1");
}

TEST_CASE("a run that takes more memory than it may is ended", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("exec tail /dev/zero");  // keeps all it reads
  lab.add(say(DoneEvent{}));
  lab.options.memory = "60MB";
  lab.options.jobs = 2;
  const ScheduleSummary summary = lab.work();
  CHECK(summary.failed == 1);
  CHECK(summary.done == 1);
  CHECK(lab.ledger.ends.at(100).state == RunState::failed);
  CHECK(lab.ledger.ends.at(100).reason == "used more than 60 MB of memory");
}

TEST_CASE("what the machine refuses is not the run's fault and stops all", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add(say(FailedEvent{"cannot write the checkpoint: No space left on device", true}) + "exit 1");
  lab.add(say(DoneEvent{}));
  const ScheduleSummary summary = lab.work();
  CHECK(summary.failed == 0);
  CHECK(summary.interrupted == 1);
  CHECK(summary.not_started == 1);
  CHECK(summary.environment == "cannot write the checkpoint: No space left on device");
  CHECK(lab.ledger.ends.at(100).state == RunState::interrupted);
  CHECK(lab.ledger.ends.at(100).reason == summary.environment);
}

TEST_CASE("a program that cannot be started stops all", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("");
  lab.options.program = lab.folder.file("absent");
  lab.add("");
  const ScheduleSummary summary = lab.work();
  CHECK_THAT(summary.environment, ContainsSubstring("cannot start"));
  CHECK(summary.interrupted == 1);
  CHECK(summary.not_started == 1);
  CHECK_THAT(lab.ledger.ends.at(100).reason, ContainsSubstring("cannot start"));
}

TEST_CASE("a log folder that cannot be made is an error of the environment", "[experiment][scheduler]") {
  Laboratory lab;
  lab.add("");
  lab.options.log_folder = lab.folder.write("file", "") + "/below";
  CHECK_THROWS_AS(lab.work(), EnvironmentError);
}

TEST_CASE("jobs and threads share the cores", "[experiment][scheduler]") {
  CHECK(default_jobs(42, 2, 0) == 2);
  CHECK(default_jobs(2, 2, 0) == 1);
  CHECK(default_jobs(1, 8, 0) == 1);
  CHECK(default_jobs(42, 8, 2) == 4);
  CHECK(default_jobs(3, 8, 1) == 3);
  CHECK(default_jobs(3, 2, 16) == 1);
  CHECK(threads_per_run(0, 8, 1) == 8);
  CHECK(threads_per_run(0, 8, 3) == 2);
  CHECK(threads_per_run(0, 2, 8) == 1);
  CHECK(threads_per_run(5, 2, 8) == 5);
}

TEST_CASE("logs lie beside the database", "[experiment][scheduler]") {
  CHECK(log_folder_of("/data/my.study.db") == "/data/seqlab-runs/my.study");
  CHECK(log_folder_of("seqlab.db") == (std::filesystem::current_path() / "seqlab-runs/seqlab").string());
}
