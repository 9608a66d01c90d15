#include "results/removal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "results/wide_view.h"

namespace seqlab {
namespace {

std::set<std::int64_t> ids(Statement query) {
  std::set<std::int64_t> out;
  while (query.step()) out.insert(query.integer(0));
  return out;
}

void refuse_running(Database& database, const std::vector<std::int64_t>& runs) {
  std::vector<std::string> at_work;
  Statement query = database.prepare("SELECT state FROM run WHERE id = ?");
  for (const std::int64_t run : runs) {
    query.bind_all(run);
    if (query.step() && query.text(0) == "running") at_work.push_back(fmt::format("#{}", run));
    query.reset();
  }
  if (at_work.empty()) return;
  throw UserError(fmt::format("{} {} at work; stop `seqlab run` first (Ctrl-C), then remove", fmt::join(at_work, ", "),
                              at_work.size() == 1 ? "is" : "are"));
}

std::vector<std::string> files_of(Database& database, const std::vector<std::int64_t>& runs) {
  std::set<std::string> files;
  Statement query = database.prepare(
      "SELECT log_file FROM run WHERE id = ?1 AND log_file <> '' UNION SELECT path FROM artifact WHERE run = ?1");
  for (const std::int64_t run : runs) {
    query.bind_all(run);
    while (query.step()) files.insert(query.text(0));
    query.reset();
  }
  return {files.begin(), files.end()};
}

}  // namespace

std::vector<std::int64_t> runs_of_experiments(Database& database, const std::vector<std::int64_t>& experiments) {
  std::set<std::int64_t> held;
  for (const std::int64_t experiment : experiments) {
    Statement query = database.prepare(
        "SELECT run FROM experiment_run WHERE experiment = ?1 UNION SELECT id FROM run WHERE experiment = ?1");
    query.bind_all(experiment);
    held.merge(ids(std::move(query)));
  }
  std::vector<std::int64_t> alone;
  for (const std::int64_t run : held) {
    Statement query = database.prepare("SELECT experiment FROM experiment_run WHERE run = ?");
    query.bind_all(run);
    const bool elsewhere = std::ranges::any_of(ids(std::move(query)), [&](std::int64_t experiment) {
      return std::ranges::find(experiments, experiment) == experiments.end();
    });
    if (!elsewhere) alone.push_back(run);
  }
  return alone;
}

std::vector<std::string> remove(Database& database, const Removal& removal) {
  Transaction transaction(database);
  refuse_running(database, removal.runs);
  std::vector<std::string> files = files_of(database, removal.runs);
  std::set<std::int64_t> touched;
  for (const std::int64_t run : removal.runs) {
    Statement query = database.prepare("SELECT experiment FROM experiment_run WHERE run = ?");
    query.bind_all(run);
    touched.merge(ids(std::move(query)));
    database
        .prepare(
            "UPDATE planned_run SET reason = ? WHERE EXISTS (SELECT 1 FROM experiment_run AS link WHERE link.run = ? "
            "AND link.experiment = planned_run.experiment AND link.cell = planned_run.cell AND link.seed = "
            "planned_run.seed)")
        .bind_all(fmt::format("#{} was removed", run), run)
        .run();
    database.prepare("DELETE FROM run WHERE id = ?").bind_all(run).run();
  }
  for (const std::int64_t experiment : removal.experiments) {
    touched.erase(experiment);
    Statement query = database.prepare("SELECT wide FROM experiment WHERE id = ? AND wide IS NOT NULL");
    query.bind_all(experiment);
    const std::string view = query.step() ? query.text(0) : "";
    query.reset();
    if (!view.empty()) database.execute("DROP VIEW IF EXISTS " + quoted_identifier(view));
    database.prepare("DELETE FROM experiment WHERE id = ?").bind_all(experiment).run();
  }
  database.execute("DELETE FROM variant WHERE id NOT IN (SELECT variant FROM run)");
  for (const std::int64_t experiment : touched) make_wide_view(database, experiment);
  Statement used =
      database.prepare("SELECT 1 FROM run WHERE log_file = ?1 UNION ALL SELECT 1 FROM artifact WHERE path = ?1");
  std::erase_if(files, [&](const std::string& file) {
    const bool shared = used.bind_all(file).step();
    used.reset();
    return shared;
  });
  transaction.commit();
  return files;
}

}  // namespace seqlab
