// `seqlab child`: one run in its own process, started by `seqlab run`. The specification comes on stdin, events go to
// descriptor 3. With --events FILE, as a job of a cluster that no scheduler listens to: the job comes on stdin (or from a
// file of `seqlab jobs`), and the file holds it with all events, for `seqlab collect`.

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <iostream>
#include <iterator>
#include <new>

#include "cli/arguments.h"
#include "core/error.h"
#include "core/file_hash.h"
#include "experiment/child_process.h"
#include "experiment/environment.h"
#include "experiment/event.h"
#include "experiment/job.h"
#include "experiment/runner.h"
#include "experiment/stop_signal.h"
#include "kernels/denormals.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

/// Each event at once as a line: what a killed process has said is not lost. By hand on stdout where nobody listens on 3.
class DescriptorSink final : public EventSink {
 public:
  DescriptorSink() : descriptor_(fcntl(kEventDescriptor, F_GETFD) >= 0 ? kEventDescriptor : STDOUT_FILENO) {}
  explicit DescriptorSink(const std::string& file)
      : descriptor_(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) throw EnvironmentError(fmt::format("cannot write '{}': {}", file, std::strerror(errno)));
  }

  void on(const Event& event) override { put(to_json_line(event)); }

  void put(std::string line) const {
    line += '\n';
    if (!write_whole(descriptor_, line)) {
      throw EnvironmentError(fmt::format("events cannot be written: {}", std::strerror(errno)));
    }
  }

 private:
  int descriptor_;
};

/// A result belongs to the files that its run was planned with. One that changed since then is another run.
void check_content(const RunSpec& spec) {
  for (const auto& [file, hash] : spec.content) {
    if (file_hash(file) != hash) {
      throw UserError(fmt::format("'{}' was changed after this run was planned; the same `seqlab run` plans it anew", file));
    }
  }
}

std::string stdin_text() { return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}; }

RunEnd carry_out(const RunSpec& spec, EventSink& sink, const StopSignal& signals) {
  flush_denormals();
  set_thread_count(static_cast<int>(spec.threads));
  check_content(spec);
  Registry registry;
  for (const std::string& file : spec.plugin_files) {
    const PluginRecord& record = registry.load(file);
    if (record.status != PluginStatus::loaded) {
      throw UserError(fmt::format("plugin '{}' cannot be loaded any more: {}; {}", file, record.reason, record.remedy));
    }
  }
  RunHooks hooks;
  hooks.stop = [&] { return signals.count() > 0; };
  hooks.log = [](const std::string& line) { std::cerr << line << std::endl; };
  return execute_run(spec, registry, sink, hooks);
}

int fail(EventSink& sink, const std::string& reason, bool environment = false) {
  std::cerr << "error: " << reason << std::endl;
  std::string line = reason.substr(0, reason.find('\n'));
  try {
    sink.on(FailedEvent{std::move(line), environment});
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
  }
  return 1;
}

/// What goes wrong is the run's last word; then the exit status is 1. A run that was stopped has a status of its own.
int guarded(EventSink& sink, const RunSpec& spec) {
  const StopSignal signals;  // SIGTERM and SIGUSR1 mean save and exit
  try {
    return carry_out(spec, sink, signals) == RunEnd::done ? 0 : kStoppedStatus;
  } catch (const InternalError& error) {
    return fail(sink, fmt::format("internal error: {}", error.what()));
  } catch (const EnvironmentError& error) {
    return fail(sink, error.what(), true);
  } catch (const std::bad_alloc&) {
    return fail(sink, "out of memory");
  } catch (const std::exception& error) {
    return fail(sink, error.what());
  } catch (...) {
    return fail(sink, "a plugin threw something that is not an exception of the standard library");
  }
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
}

int run_job(const std::string& file) {
  JobHeader header{job_from_json(stdin_text()), "", utc_now()};  // a wrong job is the user's error: there is no run yet
  auto& facts = header.job.experiment.environment;
  facts = environment_facts(header.job.spec.folder);
  header.host = facts.contains("host") ? facts.at("host") : "";
  DescriptorSink sink(file);
  sink.put(to_json(header));
  return guarded(sink, header.job.spec);
}

void add_options(po::options_description& options) {
  options.add_options()("events", po::value<std::string>()->value_name("FILE"),
                        "carry out the job on stdin and write its events to FILE, for `seqlab collect`");
}

int run_child(const Command& command, const std::vector<std::string>& arguments) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  if (given->has("events")) return run_job(given->text("events"));
  DescriptorSink sink;
  return guarded(sink, run_spec_from_json(stdin_text()));
}

}  // namespace

Command child_command() {
  Command command{"child",
                  "one run in its own process, started by `seqlab run` or as the job of a cluster",
                  "child [--events FILE] < SPECIFICATION",
                  {},
                  add_options,
                  {0, 0, ""}};
  command.run = [command](const auto& arguments, const Globals&) { return run_child(command, arguments); };
  return command;
}

}  // namespace seqlab
