#include "experiment/scheduler.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <filesystem>
#include <list>

#include "core/error.h"
#include "experiment/child_process.h"
#include "experiment/duration.h"
#include "experiment/memory_size.h"
#include "experiment/run_hooks.h"
#include "experiment/stop_signal.h"
#include "nn/checkpoint.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kMemoryTick = std::chrono::milliseconds(20);  // what eats memory does so fast
constexpr auto kFlush = std::chrono::seconds(1);
constexpr auto kNews = std::chrono::milliseconds(500);

/// A child at work and what is known of its run.
struct Worker {
  ChildProcess process;
  RunningView view;
  Clock::time_point start;
  std::optional<Clock::time_point> kill_at;  // SIGTERM has been sent
  bool late = false;                         // it was stopped for its time
  bool stopped = false;                      // it was stopped because all stops
  bool done = false;                         // it said so
  bool environment = false;                  // the machine failed it
  std::string failure;                       // its own account, or ours of its events
};

/// A run that another process has.
struct Foreign {
  const ScheduledRun* run;
  RunningView view;
};

RunningView first_view(const ScheduledRun& run) {
  RunningView view;
  view.id = run.id;
  view.label = run.label;
  view.seed = run.spec.seed;
  view.metric = run.spec.metric;
  return view;
}

class Scheduler {
 public:
  Scheduler(const std::vector<ScheduledRun>& runs, const ScheduleOptions& options, Ledger& ledger,
            ProgressListener& listener)
      : options_(options), ledger_(ledger), listener_(listener), total_(runs.size()) {
    for (const ScheduledRun& run : runs) {
      if (run.elsewhere) {
        leave(run);
      } else {
        waiting_.push_back(&run);
      }
    }
    if (!options.timeout.empty()) timeout_ = parse_duration(options.timeout);
    if (!options.memory.empty()) memory_ = parse_memory_size(options.memory);
  }

  ScheduleSummary work() {
    std::error_code error;
    fs::create_directories(options_.log_folder, error);
    if (error) {
      throw EnvironmentError(fmt::format("cannot create the log folder '{}': {}", options_.log_folder, error.message()));
    }
    Clock::time_point flushed = Clock::now();
    while (true) {
      stop_if_asked();
      while (!stopping_ && !waiting_.empty() && workers_.size() < static_cast<std::size_t>(std::max(1, options_.jobs)))
        start_next();
      if (workers_.empty() && (stopping_ || (waiting_.empty() && foreign_.empty()))) break;
      wait();
      for (auto worker = workers_.begin(); worker != workers_.end();) {
        const bool ended = attend(*worker);
        if (ended) finish(*worker);
        worker = ended ? workers_.erase(worker) : std::next(worker);
      }
      if (!stopping_ && !foreign_.empty() && Clock::now() >= next_news_) ask_for_news();
      if (Clock::now() - flushed >= kFlush) {
        ledger_.flush();
        flushed = Clock::now();
      }
      listener_.tick(view());
    }
    ledger_.flush();
    summary_.not_started = waiting_.size();
    summary_.elsewhere = foreign_.size();
    summary_.signal = signals_.first();
    return summary_;
  }

 private:
  void stop_if_asked() {
    if (signals_.count() > 0) stop_all();
    if (signals_.count() > 1) {
      for (const Worker& worker : workers_) worker.process.send(SIGKILL);
    }
  }

  void stop_all() {
    stopping_ = true;
    for (Worker& worker : workers_) {
      if (worker.stopped) continue;
      worker.stopped = true;
      if (!worker.kill_at) terminate(worker, options_.stop_after);
    }
  }

  static void terminate(Worker& worker, std::chrono::milliseconds grace) {
    worker.process.send(SIGTERM);
    worker.kill_at = Clock::now() + grace;
  }

  void start_next() {
    const ScheduledRun& run = *waiting_.front();
    waiting_.pop_front();
    const std::string log = (fs::path(options_.log_folder) / fmt::format("run-{}.log", run.id)).string();
    // The run belongs to this process: it is alive as long as its scheduler, which outlives the child until all is stored.
    if (!ledger_.claim(run.id, getpid(), log)) {
      leave(run);
      return;
    }
    RunningView view = first_view(run);
    RunSpec spec = run.spec;
    spec.checkpoint_folder = checkpoint_folder(run.id);
    try {
      ChildProcess process({options_.program, options_.arguments, to_json(spec), log});
      workers_.push_back({std::move(process), std::move(view), Clock::now(), std::nullopt, false, false, false, false, ""});
    } catch (const EnvironmentError& error) {
      stop_for_environment(error.what());
      record_end(view, RunState::interrupted, error.what());
    }
  }

  void stop_for_environment(const std::string& reason) {
    if (summary_.environment.empty()) summary_.environment = reason;
    stop_all();
  }

  /// Another process has the run: it is waited for.
  void leave(const ScheduledRun& run) {
    foreign_.push_back({&run, first_view(run)});
    foreign_.back().view.elsewhere = true;
  }

  void ask_for_news() {
    next_news_ = Clock::now() + kNews;
    std::vector<std::int64_t> ids;
    for (const Foreign& foreign : foreign_) ids.push_back(foreign.run->id);
    for (RunNews& news : ledger_.news(ids)) {
      const auto foreign = std::ranges::find_if(foreign_, [&](const Foreign& f) { return f.run->id == news.id; });
      if (foreign == foreign_.end()) continue;
      foreign->view.progress = news.progress;
      if (news.state == RunState::running) continue;
      const Foreign ended = *foreign;
      foreign_.erase(foreign);
      switch (news.state) {
        case RunState::done: ++summary_.done_elsewhere; break;
        case RunState::failed:
        case RunState::timeout: ++summary_.failed_elsewhere; break;
        default: waiting_.push_back(ended.run); continue;  // nobody has it any more
      }
      listener_.finished(ended.view, news.state, news.reason, view());
      if (options_.fail_fast && news.state != RunState::done) stop_all();
    }
  }

  [[nodiscard]] std::string checkpoint_folder(std::int64_t run) const {
    return (fs::path(options_.log_folder) / fmt::format("run-{}", run)).string();
  }

  void wait() {
    std::vector<pollfd> descriptors = {{signals_.descriptor(), POLLIN, 0}};
    for (const Worker& worker : workers_) {
      if (worker.process.event_descriptor() >= 0) descriptors.push_back({worker.process.event_descriptor(), POLLIN, 0});
    }
    poll(descriptors.data(), descriptors.size(), static_cast<int>((memory_ ? kMemoryTick : kTick).count()));
    if (descriptors.front().revents != 0) signals_.drain();
  }

  /// Takes in what a child has said. True once it has ended.
  bool attend(Worker& worker) {
    const bool ended = worker.process.ended().has_value();
    do {
      const std::vector<std::string> lines = worker.process.read_lines();
      for (const std::string& line : lines) take(worker, line);
      if (lines.empty()) break;
    } while (ended);
    const auto now = Clock::now();
    worker.view.seconds = std::chrono::duration<double>(now - worker.start).count();
    if (!ended && timeout_ && !worker.kill_at && now - worker.start > *timeout_) {
      worker.late = true;
      terminate(worker, options_.kill_after);
    }
    if (!ended && memory_ && worker.failure.empty() && memory_used(worker.process.pid()) > *memory_) {
      worker.failure = fmt::format("used more than {} of memory", spoken_memory_size(*memory_));
      worker.process.send(SIGKILL);
    }
    if (!ended && worker.kill_at && now >= *worker.kill_at) worker.process.send(SIGKILL);
    return ended;
  }

  void take(Worker& worker, const std::string& line) {
    if (line.empty()) return;
    Event event;
    try {
      event = event_from_json_line(line);
    } catch (const UserError& error) {
      if (worker.failure.empty()) worker.failure = fmt::format("sent an event that cannot be read: {}", error.what());
      worker.process.send(SIGKILL);
      return;
    }
    RunningView& view = worker.view;
    if (const auto* progress = std::get_if<ProgressEvent>(&event)) view.progress = *progress;
    if (const auto* point = std::get_if<PointEvent>(&event); point != nullptr && point->metric == view.metric) {
      view.value = point->value;
    }
    if (const auto* result = std::get_if<ResultEvent>(&event);
        result != nullptr && result->metric == view.metric && result->which == "best") {
      view.best = result->value;
    }
    if (std::holds_alternative<DoneEvent>(event)) worker.done = true;
    if (const auto* failed = std::get_if<FailedEvent>(&event); failed != nullptr && worker.failure.empty()) {
      worker.failure = failed->reason;
      worker.environment = failed->environment;
    }
    ledger_.record(view.id, event);
  }

  void finish(Worker& worker) {
    const int status = *worker.process.ended();
    const bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (worker.done && clean && worker.failure.empty()) {
      record_end(worker.view, RunState::done, "");
    } else if (worker.environment) {
      stop_for_environment(worker.failure);
      record_end(worker.view, RunState::interrupted, worker.failure);
    } else if (worker.late) {
      record_end(worker.view, RunState::timeout, fmt::format("ran longer than {}", options_.timeout));
    } else if (worker.stopped) {
      const int signal = signals_.first();
      record_end(worker.view, RunState::interrupted,
                 signal == 0 ? "stopped after another run failed" : fmt::format("stopped by SIG{}", sigabbrev_np(signal)));
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == kStoppedStatus) {
      record_end(worker.view, RunState::interrupted, "its process was asked to stop");
    } else {
      std::string reason = worker.failure;
      if (reason.empty() && clean) {
        reason = "exited with status 0 without finishing (a plugin called exit?)";
      } else if (reason.empty()) {
        reason = (worker.done ? "finished, then " : "") + exit_text(status);
      }
      record_end(worker.view, RunState::failed, reason);
    }
  }

  void record_end(const RunningView& run, RunState state, const std::string& reason) {
    ledger_.finish(run.id, state, reason, run.seconds);
    if (state == RunState::done) remove_unfinished(checkpoint_folder(run.id));
    switch (state) {
      case RunState::done: ++summary_.done; break;
      case RunState::timeout: ++summary_.timeout; break;
      case RunState::interrupted: ++summary_.interrupted; break;
      default: ++summary_.failed; break;
    }
    if (state == RunState::done) done_seconds_ += run.seconds;
    ScheduleView after = view();
    std::erase_if(after.running, [&](const RunningView& other) { return other.id == run.id; });
    listener_.finished(run, state, reason, after);
    if (options_.fail_fast && (state == RunState::failed || state == RunState::timeout)) stop_all();
  }

  [[nodiscard]] ScheduleView view() const {
    ScheduleView view;
    view.total = total_;
    view.done = summary_.done + summary_.done_elsewhere;
    view.failed = summary_.failed + summary_.timeout + summary_.interrupted + summary_.failed_elsewhere;
    view.queued = waiting_.size();
    for (const Worker& worker : workers_) view.running.push_back(worker.view);
    for (const Foreign& foreign : foreign_) view.elsewhere.push_back(foreign.view);
    const auto finished = static_cast<double>(summary_.done);
    view.remaining =
        estimate_remaining(view, summary_.done > 0 ? std::optional(done_seconds_ / finished) : std::nullopt, options_.jobs);
    return view;
  }

  const ScheduleOptions& options_;
  Ledger& ledger_;
  ProgressListener& listener_;
  StopSignal signals_;
  std::deque<const ScheduledRun*> waiting_;
  std::list<Worker> workers_;
  std::list<Foreign> foreign_;
  Clock::time_point next_news_{};
  std::optional<std::chrono::milliseconds> timeout_;
  std::optional<std::int64_t> memory_;  // bytes
  ScheduleSummary summary_;
  std::size_t total_;
  double done_seconds_ = 0;
  bool stopping_ = false;
};

}  // namespace

ScheduleSummary schedule(const std::vector<ScheduledRun>& runs, const ScheduleOptions& options, Ledger& ledger,
                         ProgressListener& listener) {
  return Scheduler(runs, options, ledger, listener).work();
}

int default_jobs(std::size_t runs, int cores, std::int64_t threads) {
  if (threads > 0)
    return static_cast<int>(
        std::clamp<std::int64_t>(cores / threads, 1, std::max<std::int64_t>(1, static_cast<std::int64_t>(runs))));
  return runs > static_cast<std::size_t>(cores) ? cores : 1;
}

std::int64_t threads_per_run(std::int64_t given, int cores, int jobs) {
  return given > 0 ? given : std::max(1, cores / std::max(1, jobs));
}

std::string log_folder_of(const std::string& database) {
  const fs::path file = fs::absolute(database).lexically_normal();
  return (file.parent_path() / "seqlab-runs" / file.stem()).string();
}

}  // namespace seqlab
