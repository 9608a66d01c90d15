// `seqlab child`: one run in its own process, started by `seqlab run`. The specification comes on stdin, events go to
// descriptor 3.

#include <fcntl.h>
#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <iterator>
#include <new>

#include "cli/command.h"
#include "core/error.h"
#include "core/file_hash.h"
#include "experiment/event.h"
#include "experiment/runner.h"
#include "experiment/stop_signal.h"

namespace seqlab {
namespace {

constexpr int kEventDescriptor = 3;

/// Each event at once as a line: what a killed process has said is not lost. By hand on stdout where nobody listens on 3.
class DescriptorSink final : public EventSink {
 public:
  DescriptorSink() : descriptor_(fcntl(kEventDescriptor, F_GETFD) >= 0 ? kEventDescriptor : STDOUT_FILENO) {}

  void on(const Event& event) override {
    const std::string line = to_json_line(event) + '\n';
    std::size_t sent = 0;
    while (sent < line.size()) {
      const ssize_t count = write(descriptor_, line.data() + sent, line.size() - sent);
      if (count < 0 && errno != EINTR)
        throw EnvironmentError(fmt::format("the scheduler does not listen: {}", std::strerror(errno)));
      if (count > 0) sent += static_cast<std::size_t>(count);
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

RunEnd carry_out(EventSink& sink, const StopSignal& signals) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const RunSpec spec = run_spec_from_json(text);
  omp_set_num_threads(static_cast<int>(std::max<std::int64_t>(1, spec.threads)));
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

int run_child(const std::vector<std::string>& arguments, const Globals&) {
  if (!arguments.empty()) throw UserError("`seqlab child` is started by `seqlab run` and takes no arguments");
  const StopSignal signals;  // SIGTERM and SIGUSR1 mean save and exit
  DescriptorSink sink;
  try {
    return carry_out(sink, signals) == RunEnd::done ? 0 : kStoppedStatus;
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

}  // namespace

Command child_command() {
  return {"child", "one run in its own process, started by `seqlab run`", "child < SPECIFICATION", run_child};
}

}  // namespace seqlab
