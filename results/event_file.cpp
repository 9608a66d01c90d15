#include "results/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "results/environment_row.h"

namespace seqlab {
namespace {

std::vector<std::string_view> lines_of(std::string_view text, bool& cut_short) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    cut_short = end == std::string_view::npos;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(cut_short ? text.size() : end + 1);
  }
  return lines;
}

/// Runs of one plan are stored together: its order and what is equal all over it say what compares.
bool same_plan(const ExperimentRecord& a, const ExperimentRecord& b) {
  return a.name == b.name && a.text == b.text && a.factors == b.factors;
}

Collected store_one(Store& store, const EventFile& file, const RunTicket& ticket) {
  if (ticket.state == RunState::done) return Collected::known;
  if (ticket.state == RunState::running || !store.claim(ticket.id, ::getpid(), "")) return Collected::running;
  double seconds = 0;
  for (const Event& event : file.events) {
    if (const auto* done = std::get_if<DoneEvent>(&event)) seconds = done->seconds;
    store.record(ticket.id, event);
  }
  store.finish(ticket.id, file.state(), file.reason(), seconds);
  Transaction transaction(store.database());
  store.database()
      .prepare(
          "UPDATE run SET host = ?2, started = ?3, boot = NULL, pid = NULL, pid_start = NULL, owner = NULL, owner_start = "
          "NULL, "
          "finished = coalesce(strftime('%Y-%m-%d %H:%M:%f', ?3, seconds || ' seconds'), finished), environment = ?4 WHERE "
          "id = ?1")
      .bind_all(ticket.id, file.header.host, file.header.started,
                environment_row(store.database(), file.header.job.experiment.environment))
      .run();
  store.database()
      .prepare("INSERT INTO event (run, time, kind, text) VALUES (?, strftime('%Y-%m-%d %H:%M:%f', 'now'), 'collected', ?)")
      .bind_all(ticket.id, file.path)
      .run();
  transaction.commit();
  return Collected::stored;
}

}  // namespace

RunState EventFile::state() const {
  RunState state = RunState::lost;
  for (const Event& event : events) {
    if (std::holds_alternative<DoneEvent>(event)) state = RunState::done;
    if (std::holds_alternative<FailedEvent>(event)) return RunState::failed;
  }
  return state;
}

std::string EventFile::reason() const {
  for (const Event& event : events) {
    if (const auto* failed = std::get_if<FailedEvent>(&event)) return failed->reason;
  }
  return state() == RunState::done ? "" : "its event file ends without its last word";
}

EventFile read_event_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw EnvironmentError(fmt::format("event file '{}' cannot be read", path));
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  bool cut_short = false;
  const std::vector<std::string_view> lines = lines_of(text, cut_short);
  if (lines.empty())
    throw UserError(fmt::format("{}: the file is empty; a job of seqlab writes its first line at once", path));
  EventFile file{path, {}, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    try {
      if (i == 0) {
        file.header = job_header_from_json(lines[i]);
      } else {
        file.events.push_back(event_from_json_line(lines[i]));
      }
    } catch (const UserError& error) {
      const bool torn = cut_short && i > 0 && i + 1 == lines.size();
      if (!torn) throw UserError(fmt::format("{}:{}: {}", path, i + 1, error.what()));
    }
  }
  return file;
}

std::vector<Collected> collect(Store& store, const std::vector<EventFile>& files) {
  std::vector<Collected> out(files.size(), Collected::known);
  std::vector<bool> stored(files.size(), false);
  for (std::size_t first = 0; first < files.size(); ++first) {
    if (stored[first]) continue;
    const ExperimentRecord& experiment = files[first].header.job.experiment;
    std::vector<std::size_t> members;
    std::vector<RunRequest> requests;
    for (std::size_t i = first; i < files.size(); ++i) {
      if (stored[i] || !same_plan(files[i].header.job.experiment, experiment)) continue;
      members.push_back(i);
      requests.push_back(files[i].header.job.request);
      stored[i] = true;
    }
    std::vector<RunTicket> tickets = store.register_plan(experiment, requests);
    for (std::size_t m = 0; m < members.size(); ++m) {
      out[members[m]] = store_one(store, files[members[m]], tickets[m]);
      if (out[members[m]] != Collected::stored || files[members[m]].state() != RunState::done) continue;
      for (RunTicket& ticket : tickets) {
        if (ticket.id == tickets[m].id) ticket.state = RunState::done;  // another file of the same run
      }
    }
  }
  return out;
}

}  // namespace seqlab
