#include "results/store.h"

#include <fmt/format.h>

#include <random>

#include "core/error.h"
#include "results/dead_runs.h"
#include "results/process_identity.h"
#include "results/registration.h"
#include "results/wide_view.h"

namespace seqlab {
namespace {

constexpr const char* kNow = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

std::string make_token() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", static_cast<std::uint32_t>(device()), static_cast<std::uint32_t>(device()));
}

void note(Database& database, std::int64_t run, std::string_view kind, std::string_view text) {
  database.prepare(fmt::format("INSERT INTO event (run, time, kind, text) VALUES (?, {}, ?, ?)", kNow))
      .bind_all(run, kind, text)
      .run();
}

void remove_earlier_attempt(Database& database, std::int64_t run, RunState state) {
  const bool resumes = state == RunState::interrupted || state == RunState::lost;
  std::vector<std::string> tables{"result", "example", "attention", "fact"};
  if (!resumes) tables.insert(tables.end(), {"point", "progress"});
  for (const auto& table : tables) database.prepare(fmt::format("DELETE FROM {} WHERE run = ?", table)).bind_all(run).run();
}

}  // namespace

Store::Store(const std::string& path) : database_(path, Access::write), writer_(database_) { reap_lost(); }

Store::~Store() {
  try {
    flush();
  } catch (const Error&) {  // nobody is left to tell
  }
}

std::vector<RunTicket> Store::register_plan(const ExperimentRecord& experiment, const std::vector<RunRequest>& requests) {
  Transaction transaction(database_);
  Registered registered = register_in(database_, experiment, requests);
  make_wide_view(database_, registered.experiment);
  std::map<std::int64_t, std::optional<std::string>> tokens;
  {
    Statement query = database_.prepare("SELECT claim FROM run WHERE id = ?");
    for (const RunTicket& ticket : registered.tickets) {
      query.bind_all(ticket.id).step();
      tokens[ticket.id] = query.is_null(0) ? std::nullopt : std::optional(query.text(0));
      query.reset();
    }
  }
  transaction.commit();
  for (auto& [run, token] : tokens) seen_[run] = std::move(token);
  environment_ = registered.environment;
  columns_.erase(registered.experiment);
  return std::move(registered.tickets);
}

std::vector<RunTicket> Store::preview_plan(const ExperimentRecord& experiment, const std::vector<RunRequest>& requests) {
  const Transaction transaction(database_);  // rolled back
  return register_in(database_, experiment, requests).tickets;
}

std::vector<RunNews> Store::news(const std::vector<std::int64_t>& runs) {
  reap_lost();
  std::vector<RunNews> all;
  Statement query = database_.prepare(
      "SELECT state, reason, claim, epoch, epochs, step, fraction, loss FROM run LEFT JOIN progress ON progress.run = "
      "run.id "
      "WHERE id = ?");
  for (const std::int64_t run : runs) {
    if (!query.bind_all(run).step()) {
      all.push_back({run, RunState::failed, "it was removed from the database", {}});
      query.reset();
      continue;
    }
    RunNews news{run, state_of(query.text(0)), query.text(1), {}};
    seen_[run] = query.is_null(2) ? std::nullopt : std::optional(query.text(2));
    if (!query.is_null(3)) {
      news.progress = {query.integer(3), query.integer(4), query.integer(5), query.real(6), query.real(7)};
    }
    all.push_back(std::move(news));
    query.reset();
  }
  return all;
}

bool Store::claim(std::int64_t run, std::int64_t pid, const std::string& log_file) {
  flush();
  Transaction transaction(database_);
  Statement query = database_.prepare("SELECT state FROM run WHERE id = ?");
  expect(query.bind_all(run).step(), fmt::format("run {} is registered before it is claimed", run));
  const RunState before = state_of(query.text(0));
  query.reset();

  const auto seen = seen_.find(run);
  const std::string token = make_token();
  const ProcessIdentity worker = identify_process(pid);
  const ProcessIdentity owner = this_process();
  database_
      .prepare(
          fmt::format("UPDATE run SET state = 'running', reason = '', started = {}, finished = NULL, seconds = NULL, "
                      "train_seconds = NULL, parameters = NULL, log_file = ?, host = ?, boot = ?, pid = ?, pid_start = ?, "
                      "owner = ?, owner_start = ?, claim = ?, environment = coalesce(?, environment) "
                      "WHERE id = ? AND state NOT IN ('running', 'done') AND (? OR claim IS ?)",
                      kNow))
      .bind_all(log_file, host_name(), boot_id(), worker.pid, worker.start, owner.pid, owner.start, token, environment_, run,
                std::int64_t{seen == seen_.end()}, seen == seen_.end() ? std::nullopt : seen->second)
      .run();
  if (database_.changes() == 0) return false;
  remove_earlier_attempt(database_, run, before);
  note(database_, run, "started", "");
  transaction.commit();
  claims_[run] = token;
  seen_[run] = token;
  return true;
}

void Store::record(std::int64_t run, const Event& event) {
  writer_.add(run, event);
  if (writer_.due()) flush();
}

void Store::flush() {
  if (writer_.empty()) return;
  Transaction transaction(database_);
  writer_.write();
  transaction.commit();
  writer_.clear();
}

void Store::finish(std::int64_t run, RunState state, const std::string& reason, double seconds) {
  expect(state != RunState::running && state != RunState::queued, "a finished run is neither queued nor running");
  Transaction transaction(database_);
  writer_.write();
  const auto token = claims_.find(run);
  Statement update =
      database_.prepare(fmt::format("UPDATE run SET state = ?2, reason = ?3, seconds = coalesce(seconds, ?4), finished = {} "
                                    "WHERE id = ?1 AND (?5 IS NULL OR claim = ?5)",
                                    kNow));
  update.bind_all(run, state_name(state), reason, seconds,
                  token == claims_.end() ? std::nullopt : std::optional<std::string>(token->second));
  update.run();
  if (database_.changes() == 1) {
    note(database_, run, state_name(state), reason);
    refresh_wide_views(run);
  } else {
    note(database_, run, "taken over", fmt::format("ended as {} here, but another process has the run", state_name(state)));
  }
  transaction.commit();
  writer_.clear();
  if (token != claims_.end()) claims_.erase(token);
}

void Store::refresh_wide_views(std::int64_t run) {
  std::vector<std::int64_t> experiments;
  Statement linked = database_.prepare("SELECT DISTINCT experiment FROM experiment_run WHERE run = ?");
  linked.bind_all(run);
  while (linked.step()) experiments.push_back(linked.integer(0));

  for (const std::int64_t experiment : experiments) {
    auto& known = columns_[experiment];
    const std::size_t before = known.size();
    Statement results = database_.prepare("SELECT metric, which FROM result WHERE run = ?");
    results.bind_all(run);
    while (results.step()) known.emplace(results.integer(0), results.text(1));
    results.reset();
    if (known.size() != before) make_wide_view(database_, experiment);
  }
}

std::vector<std::int64_t> Store::reap_lost() {
  if (dead_runs(database_).empty()) return {};
  Transaction transaction(database_);
  const std::vector<std::int64_t> lost = dead_runs(database_);  // asked again: another process may have been first
  Statement update =
      database_.prepare(fmt::format("UPDATE run SET state = 'lost', reason = ?, finished = {} WHERE id = ?", kNow));
  for (const std::int64_t run : lost) {
    update.bind_all(kLostReason, run).run();
    note(database_, run, "lost", kLostReason);
  }
  transaction.commit();
  return lost;
}

}  // namespace seqlab
