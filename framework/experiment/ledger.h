#pragma once

// Where experiments, variants, runs and their events are kept. The scheduler knows this interface alone; results/ implements
// it on SQLite.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/options.h"
#include "experiment/event.h"

namespace seqlab {

enum class RunState { queued, running, done, failed, timeout, interrupted, lost };
inline constexpr std::array kRunStates{RunState::queued,  RunState::running,     RunState::done, RunState::failed,
                                       RunState::timeout, RunState::interrupted, RunState::lost};
std::string_view state_name(RunState state);
RunState state_of(std::string_view name);  // InternalError for a word that is no state

struct VariantRecord {
  OptionValues settings;  // the variant's identity
  std::string label;      // short: the values of the varying factors, "additive/lstm"
};

struct PluginFile {
  std::string path;
  std::string kind;  // of the component it provides
  std::string name;
  std::string content_hash;
};

struct RunRequest {
  VariantRecord variant;
  std::int64_t seed = 1;
  std::string code_identity;  // hash over plugin files used and the framework's version
  std::vector<PluginFile> plugins;
  std::string log_file;  // relative or absolute; "" until known
};

/// A place in a plan, whether or not its run was asked for.
struct PlannedCell {
  OptionValues factors;  // values of the factors that apply to it
  std::int64_t seed = 1;
  std::string label;
};

struct ExperimentRecord {
  std::string name;
  std::string file;  // absolute path of the TOML file
  std::string text;  // its content, with bases resolved or not: as read
  std::string task;
  std::string metric;  // "valid/exact"
  bool maximize = true;
  std::vector<std::string> factors;                // varying keys in the file's order: "parts.attention", "train.batch"
  std::map<std::string, std::string> environment;  // compiler, cpu, isa, onednn, threads, git
  std::vector<PlannedCell> planned;                // the whole plan, in its order; empty where only a part of it is known
};

struct RunTicket {
  std::int64_t id = 0;  // row id: what `#31` shows
  RunState state = RunState::queued;
  bool existed = false;           // the same (variant, seed, code) was there before
  bool other_build = false;       // it was made by another build of the same version of seqlab
  std::string reason;             // of a new run that takes the place of an earlier one: "cell/mine changed"; else ""
  std::optional<double> seconds;  // wall time of the run, or of the one whose place it takes, where known
};

/// How a run of another process fares.
struct RunNews {
  std::int64_t id = 0;
  RunState state = RunState::queued;
  std::string reason;
  ProgressEvent progress;  // the last one
};

class Ledger {
 public:
  virtual ~Ledger();
  /// Stores the whole plan in one transaction; tickets are in the order of the requests.
  virtual std::vector<RunTicket> register_plan(const ExperimentRecord& experiment,
                                               const std::vector<RunRequest>& requests) = 0;
  /// queued|failed|... -> running. False where another process has the run by now, or had it since this ledger was last told
  /// of it by register_plan() or news(): nothing is done twice.
  virtual bool claim(std::int64_t run, std::int64_t pid, const std::string& log_file) = 0;
  /// Where these runs are now. Those whose processes have died have become lost.
  virtual std::vector<RunNews> news(const std::vector<std::int64_t>& runs) = 0;
  /// Stores an event of a running run. Buffered: durable after flush() or finish().
  virtual void record(std::int64_t run, const Event& event) = 0;
  virtual void flush() = 0;
  virtual void finish(std::int64_t run, RunState state, const std::string& reason, double seconds) = 0;
};

}  // namespace seqlab
