#include "cli/read_database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "core/error.h"
#include "results/comparison.h"
#include "results/dead_runs.h"
#include "results/store.h"

namespace seqlab {
namespace {

std::optional<std::int64_t> run_number(std::string_view word) {
  if (word.starts_with('#')) word.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

// Fewer digits are a number that was mistyped.
constexpr std::size_t kShortestUuid = 6;

bool may_begin_uuid(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
  });
}

std::vector<std::int64_t> runs_by_uuid(Database& database, const std::string& start) {
  std::vector<std::int64_t> found;
  Statement query = database.prepare("SELECT id FROM run WHERE substr(uuid, 1, length(?1)) = lower(?1) ORDER BY id");
  query.bind_all(start);
  while (query.step()) found.push_back(query.integer(0));
  return found;
}

std::int64_t run_by_uuid(Database& database, const std::string& start) {
  const std::vector<std::int64_t> found = runs_by_uuid(database, start);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw NothingMatched(fmt::format("no run in {} whose uuid begins with '{}'", name_of_database(database.path()), start));
  }
  throw UserError(fmt::format("the uuids of {} runs begin with '{}' (#{}); write more of it", found.size(), start,
                              fmt::join(found, ", #")));
}

/// The experiment that a `run` named last, "" where there is none.
std::string last_experiment(Database& database) {
  Statement query = database.prepare("SELECT name FROM experiment ORDER BY updated DESC, id DESC LIMIT 1");
  return query.step() ? query.text(0) : "";
}

/// Of the experiment's present plan the run that began last.
std::int64_t last_run(Database& database, std::string experiment) {
  if (experiment.empty()) experiment = last_experiment(database);
  Statement query = database.prepare(
      "SELECT id FROM run WHERE ?1 = '' OR id IN (SELECT link.run FROM experiment_run AS link JOIN experiment "
      "ON experiment.id = link.experiment WHERE experiment.name = ?1) ORDER BY started IS NULL, started DESC, id DESC LIMIT "
      "1");
  if (query.bind_all(experiment).step()) return query.integer(0);
  throw NothingMatched(fmt::format("@last: {} holds no run yet", name_of_database(database.path())));
}

std::int64_t best_run(Database& database, std::string experiment) {
  if (experiment.empty()) experiment = last_experiment(database);
  if (experiment.empty())
    throw NothingMatched(fmt::format("@best: {} holds no experiment yet", name_of_database(database.path())));
  Statement query = database.prepare(
      "SELECT r.run FROM v_result AS r JOIN experiment AS e ON e.name = r.experiment AND e.metric = r.metric "
      "WHERE e.name = ? AND r.which = 'best' AND r.value IS NOT NULL "
      "ORDER BY CASE WHEN e.maximize THEN -r.value ELSE r.value END, r.run LIMIT 1");
  if (query.bind_all(experiment).step()) return query.integer(0);
  throw NothingMatched(fmt::format("@best: no run of '{}' is done yet", experiment));
}

bool is_experiment(Database& database, const std::string& name) {
  return database.prepare("SELECT 1 FROM experiment WHERE name = ?").bind_all(name).step();
}

std::unique_ptr<Database> open_existing(const std::string& path, Access access) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::not_found) {
    throw NothingMatched(
        fmt::format("no {} yet; `seqlab run FILE.toml` makes it, or name another with --db FILE", name_of_database(path)));
  }
  return std::make_unique<Database>(path, access);
}

}  // namespace

std::unique_ptr<Database> open_for_reading(const std::string& path) {
  auto database = open_existing(path, Access::read);
  see_dead_as_lost(*database);
  return database;
}

std::unique_ptr<Database> open_for_changing(const std::string& path) { return open_existing(path, Access::write); }

void reap_lost_runs(const std::string& path) {
  {
    const auto database = open_for_reading(path);
    Statement query = database->prepare("SELECT count(*) FROM run WHERE state = 'running'");
    query.step();
    if (query.integer(0) == 0) return;
  }
  try {
    Store store(path);
  } catch (const EnvironmentError&) {  // what the file says must do
  }
}

std::int64_t find_run(Database& database, const std::string& word, const std::string& experiment) {
  if (!experiment.empty()) find_experiment(database, experiment);
  if (word == "@last") return last_run(database, experiment);
  if (word == "@best") return best_run(database, experiment);
  const auto number = run_number(word);
  if (!number && !may_begin_uuid(word)) {
    throw UserError(
        fmt::format("'{}' names no run; a run is its number (31 or #31), the start of its uuid, @last or @best", word));
  }
  if (!number) return run_by_uuid(database, word);
  Statement query = database.prepare("SELECT count(*) FILTER (WHERE id = ?), min(id), max(id) FROM run");
  query.bind_all(*number).step();
  if (query.integer(0) == 1) return *number;
  if (const auto found = runs_by_uuid(database, word); found.size() == 1 && word.size() >= kShortestUuid)
    return found.front();
  const std::string known =
      query.is_null(1) ? "it holds none yet" : fmt::format("it has #{} to #{}", query.integer(1), query.integer(2));
  throw NothingMatched(fmt::format("no run #{} in {}; {}", *number, name_of_database(database.path()), known));
}

NamedRows find_runs_and_experiments(Database& database, const std::vector<std::string>& words) {
  NamedRows named;
  for (const auto& word : words) {
    if (word.starts_with('#') || word.starts_with('@') || run_number(word)) {
      named.runs.push_back(find_run(database, word, ""));
    } else if (may_begin_uuid(word) && !is_experiment(database, word) && !runs_by_uuid(database, word).empty()) {
      named.runs.push_back(run_by_uuid(database, word));
    } else {
      named.experiments.push_back(find_experiment(database, word));
    }
  }
  return named;
}

}  // namespace seqlab
