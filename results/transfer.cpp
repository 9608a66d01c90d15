#include "results/transfer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "experiment/run_spec.h"
#include "results/settings.h"
#include "results/wide_view.h"

namespace seqlab {
namespace {

/// A column of the source's row: copied, or given another value here.
using Changes = std::map<std::string, std::optional<std::int64_t>>;

std::vector<std::string> columns_of(Database& database, const std::string& table) {
  std::vector<std::string> names;
  Statement query = database.prepare("SELECT name FROM pragma_table_info(?)");
  query.bind_all(table);
  while (query.step()) names.push_back(query.text(0));
  return names;
}

class Transfer {
 public:
  Transfer(Database& source, Database& target) : source_(source), target_(target) {}

  TransferReport work(const Selection& selection) {
    Transaction transaction(target_);
    map_metrics();
    for (const std::int64_t run : chosen_runs(selection)) take_run(run);
    for (const std::int64_t experiment : chosen_experiments(selection)) {
      take_links(experiment, selection.all || selection.experiments.contains(experiment));
    }
    transaction.commit();
    return std::move(report_);
  }

 private:
  std::vector<std::int64_t> chosen_runs(const Selection& selection) {
    std::vector<std::int64_t> chosen;
    Statement query = source_.prepare("SELECT id, experiment FROM run ORDER BY id");
    std::set<std::int64_t> shown;
    for (const std::int64_t experiment : selection.experiments) {
      Statement links = source_.prepare("SELECT run FROM experiment_run WHERE experiment = ?");
      links.bind_all(experiment);
      while (links.step()) shown.insert(links.integer(0));
    }
    while (query.step()) {
      const std::int64_t run = query.integer(0);
      const bool asked = !query.is_null(1) && selection.experiments.contains(query.integer(1));
      if (selection.all || asked || shown.contains(run) || selection.runs.contains(run)) chosen.push_back(run);
    }
    return chosen;
  }

  /// Those chosen, and those that show a chosen run.
  std::vector<std::int64_t> chosen_experiments(const Selection& selection) {
    std::vector<std::int64_t> chosen;
    Statement query = source_.prepare("SELECT id FROM experiment ORDER BY id");
    while (query.step()) {
      const std::int64_t experiment = query.integer(0);
      Statement links = source_.prepare("SELECT run FROM experiment_run WHERE experiment = ?");
      links.bind_all(experiment);
      bool shows = selection.all || selection.experiments.contains(experiment);
      while (!shows && links.step()) shows = selection.runs.contains(links.integer(0));
      if (shows) chosen.push_back(experiment);
    }
    return chosen;
  }

  void map_metrics() {
    Statement query = source_.prepare("SELECT id, name, direction FROM metric");
    while (query.step()) {
      Statement insert = target_.prepare(
          "INSERT INTO metric (name, direction) VALUES (?1, ?2) "
          "ON CONFLICT (name) DO UPDATE SET direction = ?2 WHERE direction IS NULL");
      insert.bind_from(1, query, 1).bind_from(2, query, 2).run();
      Statement found = target_.prepare("SELECT id FROM metric WHERE name = ?");
      found.bind_from(1, query, 1).step();
      metrics_[query.integer(0)] = found.integer(0);
    }
  }

  /// Copies the row that `query` (SELECT of all `columns`) stands on.
  void insert_row(const std::string& table, const Statement& row, const std::vector<std::string>& columns,
                  const Changes& changes, std::string_view verb = "INSERT") {
    std::vector<std::string> names;
    std::vector<std::string> marks;
    for (const auto& column : columns) {
      names.push_back(quoted_identifier(column));
      marks.emplace_back("?");
    }
    Statement& insert =
        statement(fmt::format("{} INTO {} ({}) VALUES ({})", verb, table, fmt::join(names, ", "), fmt::join(marks, ", ")));
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto change = changes.find(columns[c]);
      const int parameter = static_cast<int>(c) + 1;
      if (change == changes.end()) {
        insert.bind_from(parameter, row, static_cast<int>(c));
      } else {
        insert.bind(parameter, change->second);
      }
    }
    insert.run();
  }

  /// Statements over and over for every row: kept.
  Statement& statement(const std::string& sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) found = statements_.emplace(sql, target_.prepare(sql)).first;
    return found->second;
  }

  Statement select(const std::string& table, const std::vector<std::string>& columns, std::string_view condition) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(quoted_identifier(column));
    return source_.prepare(fmt::format("SELECT {} FROM {} WHERE {}", fmt::join(names, ", "), table, condition));
  }

  /// Columns that both databases have: one of them may be of a build with more.
  std::vector<std::string> common_columns(const std::string& table, const std::set<std::string>& without = {}) {
    std::vector<std::string> columns = columns_of(source_, table);
    const std::vector<std::string> known = columns_of(target_, table);
    std::erase_if(columns, [&](const std::string& column) {
      return without.contains(column) || std::ranges::find(known, column) == known.end();
    });
    return columns;
  }

  std::int64_t variant_of(std::int64_t source_id) {
    Statement query = source_.prepare("SELECT hash, settings FROM variant WHERE id = ?");
    query.bind_all(source_id).step();
    Statement found = target_.prepare("SELECT id FROM variant WHERE hash = ?");
    found.bind_from(1, query, 0);
    if (found.step()) return found.integer(0);
    found.reset();
    target_.prepare("INSERT INTO variant (hash, settings) VALUES (?, ?)")
        .bind_from(1, query, 0)
        .bind_from(2, query, 1)
        .run();
    const std::int64_t id = target_.last_insert_id();
    copy_rows("param", "variant", source_id, id);
    return id;
  }

  std::optional<std::int64_t> environment_of(std::optional<std::int64_t> source_id) {
    if (!source_id) return std::nullopt;
    Statement query = source_.prepare("SELECT hash FROM environment WHERE id = ?");
    query.bind_all(*source_id).step();
    Statement found = target_.prepare("SELECT id FROM environment WHERE hash = ?");
    found.bind_from(1, query, 0);
    if (found.step()) return found.integer(0);
    found.reset();
    target_.prepare("INSERT INTO environment (hash) VALUES (?)").bind_from(1, query, 0).run();
    const std::int64_t id = target_.last_insert_id();
    copy_rows("environment_value", "environment", *source_id, id);
    return id;
  }

  void copy_rows(const std::string& table, const std::string& key, std::int64_t source_id, std::int64_t target_id) {
    const std::vector<std::string> columns = common_columns(table, {"id"});
    Statement rows = select(table, columns, quoted_identifier(key) + " = ?");
    rows.bind_all(source_id);
    const auto metric = std::ranges::find(columns, "metric");
    while (rows.step()) {
      Changes changes{{key, target_id}};
      if (metric != columns.end()) changes["metric"] = metrics_.at(rows.integer(static_cast<int>(metric - columns.begin())));
      insert_row(table, rows, columns, changes, "INSERT OR REPLACE");
    }
  }

  void copy_plugins(std::int64_t source_run, std::int64_t target_run) {
    Statement rows = source_.prepare(
        "SELECT kind, name, hash, path FROM run_plugin JOIN plugin ON plugin.id = run_plugin.plugin WHERE run = ?");
    rows.bind_all(source_run);
    while (rows.step()) {
      insert_row("plugin", rows, {"kind", "name", "hash", "path"}, {}, "INSERT OR IGNORE");
      Statement link = target_.prepare(
          "INSERT OR IGNORE INTO run_plugin (run, plugin) SELECT ?, id FROM plugin WHERE kind = ? AND name = ? AND hash = "
          "?");
      link.bind(1, target_run).bind_from(2, rows, 0).bind_from(3, rows, 1).bind_from(4, rows, 2).run();
    }
  }

  struct Known {
    std::int64_t id = 0;
    std::string state;
  };

  std::optional<Known> find(const Statement& run, std::int64_t variant) {
    Statement query = target_.prepare(
        "SELECT id, state FROM run WHERE uuid = ?1 OR (variant = ?2 AND seed = ?3 AND code = ?4) ORDER BY uuid <> ?1");
    query.bind_from(1, run, 0).bind(2, variant).bind_from(3, run, 1).bind_from(4, run, 2);
    if (!query.step()) return std::nullopt;
    return Known{query.integer(0), query.text(1)};
  }

  void take_run(std::int64_t run) {
    Statement row = source_.prepare("SELECT uuid, seed, code, state, variant, environment FROM run WHERE id = ?");
    row.bind_all(run).step();
    if (row.text(3) == "running") {
      ++report_.running;
      return;
    }
    const std::int64_t variant = variant_of(row.integer(4));
    const auto known = find(row, variant);
    const bool replaces = known && row.text(3) == "done" && known->state != "done" && known->state != "running";
    if (known && !replaces) {
      ++report_.known;
      runs_[run] = known->id;
      unite_annotations(run, known->id);
      return;
    }
    ++(replaces ? report_.replaced : report_.added);
    std::int64_t id = 0;
    if (replaces) {
      id = known->id;
      for (const char* table : kOfRun)
        target_.prepare(fmt::format("DELETE FROM {} WHERE run = ?", table)).bind_all(id).run();
      replace_row(run, id, environment_of(row.maybe_integer(5)));
    } else {
      // What tells a process of the other machine would be taken for one of this.
      const std::vector<std::string> columns = common_columns("run", {"id"});
      Statement rows = select("run", columns, "id = ?");
      rows.bind_all(run).step();
      Changes changes = kNotHere;
      changes["variant"] = variant;
      changes["environment"] = environment_of(row.maybe_integer(5));
      insert_row("run", rows, columns, changes);
      id = target_.last_insert_id();
    }
    runs_[run] = id;
    taken_.insert(id);
    for (const char* table : kOfRun) copy_rows(table, "run", run, id);
    copy_plugins(run, id);
    unite_annotations(run, id);
    target_
        .prepare(
            "INSERT INTO event (run, time, kind, text) VALUES (?, strftime('%Y-%m-%d %H:%M:%f', 'now'), 'imported', '')")
        .bind_all(id)
        .run();
  }

  void replace_row(std::int64_t run, std::int64_t id, std::optional<std::int64_t> environment) {
    std::vector<std::string> columns =
        common_columns("run", {"id", "uuid", "variant", "seed", "code", "experiment", "created", "environment"});
    Statement rows = select("run", columns, "id = ?");
    rows.bind_all(run).step();
    std::vector<std::string> assignments;
    for (const auto& column : columns) assignments.push_back(quoted_identifier(column) + " = ?");
    Statement update =
        target_.prepare(fmt::format("UPDATE run SET {}, environment = ? WHERE id = ?", fmt::join(assignments, ", ")));
    int parameter = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      ++parameter;
      if (kNotHere.contains(columns[c])) {
        update.bind(parameter, std::nullopt);
      } else {
        update.bind_from(parameter, rows, static_cast<int>(c));
      }
    }
    update.bind(parameter + 1, environment).bind(parameter + 2, id).run();
  }

  void unite_annotations(std::int64_t run, std::int64_t id) {
    Statement tags = source_.prepare("SELECT run, name FROM tag WHERE run = ?");
    tags.bind_all(run);
    while (tags.step()) insert_row("tag", tags, {"run", "name"}, {{"run", id}}, "INSERT OR IGNORE");
    Statement notes = source_.prepare("SELECT time, text FROM note WHERE run = ? ORDER BY id");
    notes.bind_all(run);
    while (notes.step()) {
      Statement insert = target_.prepare(
          "INSERT INTO note (run, time, text) SELECT ?1, ?2, ?3 WHERE NOT EXISTS "
          "(SELECT 1 FROM note WHERE run = ?1 AND time = ?2 AND text = ?3)");
      insert.bind(1, id).bind_from(2, notes, 0).bind_from(3, notes, 1).run();
    }
  }

  static std::vector<std::string> factors_of(Database& database, std::int64_t experiment) {
    std::vector<std::string> keys;
    Statement query = database.prepare("SELECT key FROM factor WHERE experiment = ? ORDER BY position");
    query.bind_all(experiment);
    while (query.step()) keys.push_back(query.text(0));
    return keys;
  }

  /// The row of the source's experiment here; nothing where the name stands for another one.
  std::optional<std::int64_t> experiment_of(std::int64_t experiment) {
    const std::vector<std::string> columns = common_columns("experiment", {"id", "wide"});
    Statement row = select("experiment", columns, "id = ?");
    row.bind_all(experiment).step();
    Statement name = source_.prepare("SELECT name FROM experiment WHERE id = ?");
    name.bind_all(experiment).step();
    Statement found = target_.prepare("SELECT id FROM experiment WHERE name = ?");
    found.bind_from(1, name, 0);
    if (!found.step()) {
      insert_row("experiment", row, columns, {});
      const std::int64_t id = target_.last_insert_id();
      copy_rows("factor", "experiment", experiment, id);
      return id;
    }
    const std::int64_t id = found.integer(0);
    if (factors_of(source_, experiment) == factors_of(target_, id)) return id;
    report_.remarks.push_back(fmt::format(
        "experiment '{}' varies [{}] there and [{}] here: its runs were taken, but it does not show them", name.text(0),
        fmt::join(factors_of(source_, experiment), ", "), fmt::join(factors_of(target_, id), ", ")));
    return std::nullopt;
  }

  /// What the runs that an experiment shows here have in common: beside them others would say nothing.
  struct Common {
    bool any = false;
    OptionValues settings;                                // the same in all of them, and no factor
    std::map<std::string, std::set<std::string>> builds;  // content hashes by "kind/name" of a plugin
  };

  static std::map<std::string, std::string> builds_of(Database& database, std::int64_t run) {
    std::map<std::string, std::string> builds;
    Statement query = database.prepare(
        "SELECT kind || '/' || name, hash FROM run_plugin JOIN plugin ON plugin.id = run_plugin.plugin WHERE run = ?");
    query.bind_all(run);
    while (query.step()) builds[query.text(0)] = query.text(1);
    return builds;
  }

  static OptionValues settings_of(Database& database, std::int64_t run) {
    Statement query = database.prepare("SELECT settings FROM run JOIN variant ON variant.id = run.variant WHERE run.id = ?");
    query.bind_all(run).step();
    return settings_from_json(query.text(0));
  }

  Common common_of(std::int64_t experiment) {
    Common common;
    const std::vector<std::string> factors = factors_of(target_, experiment);
    Statement shown = target_.prepare("SELECT run FROM experiment_run WHERE experiment = ?");
    shown.bind_all(experiment);
    while (shown.step()) {
      const std::int64_t run = shown.integer(0);
      OptionValues settings = settings_of(target_, run);
      for (const auto& factor : factors) settings.erase(factor);
      if (!common.any) common.settings = settings;
      common.any = true;
      std::erase_if(common.settings, [&](const auto& setting) {
        const auto found = settings.find(setting.first);
        return found == settings.end() || found->second != setting.second;
      });
      for (const auto& [plugin, hash] : builds_of(target_, run)) common.builds[plugin].insert(hash);
    }
    return common;
  }

  /// Why a run does not belong beside them; "" where it does.
  std::string difference(const Common& common, std::int64_t run) {
    if (!common.any) return "";
    const OptionValues settings = settings_of(target_, run);
    for (const auto& [key, here] : common.settings) {
      const auto there = settings.find(key);
      if (there == settings.end() || there->second == here) continue;
      return key == kDataContent ? "they were trained on other data"
                                 : fmt::format("{} is {} in them and {} here", key, to_text(there->second), to_text(here));
    }
    for (const auto& [plugin, hash] : builds_of(target_, run)) {
      const auto here = common.builds.find(plugin);
      if (here != common.builds.end() && !here->second.contains(hash)) {
        return fmt::format("another build of {} made them", plugin);
      }
    }
    return "";
  }

  void remark_hidden(std::int64_t experiment, const std::map<std::string, std::int64_t>& hidden) {
    Statement name = target_.prepare("SELECT name FROM experiment WHERE id = ?");
    name.bind_all(experiment).step();
    for (const auto& [why, count] : hidden) {
      report_.remarks.push_back(
          fmt::format("experiment '{0}' as it stands here does not show {1} of the runs taken in: {2}; `seqlab --db {3} "
                      "compare {0}` does",
                      name.text(0), count, why, source_.path()));
    }
  }

  void take_links(std::int64_t experiment, bool whole) {
    const auto id = experiment_of(experiment);
    if (!id) return;
    const Common common = common_of(*id);
    std::map<std::string, std::int64_t> hidden;  // how many, by the reason
    Statement last = target_.prepare("SELECT coalesce(max(position) + 1, 0) FROM experiment_run WHERE experiment = ?");
    last.bind_all(*id).step();
    const std::int64_t behind = last.integer(0);
    last.reset();
    Statement links = source_.prepare(
        "SELECT cell, seed, run, position, label FROM experiment_run WHERE experiment = ? ORDER BY position");
    links.bind_all(experiment);
    while (links.step()) {
      const auto run = runs_.find(links.integer(2));
      if (run == runs_.end()) continue;
      if (const std::string why = difference(common, run->second); !why.empty()) {
        if (taken_.contains(run->second)) ++hidden[why];
        continue;
      }
      // A run that is done takes the place of another that is not.
      Statement insert = target_.prepare(
          "INSERT INTO experiment_run (experiment, cell, seed, run, position, label) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
          "ON CONFLICT (experiment, cell, seed) DO UPDATE SET run = ?4 "
          "WHERE (SELECT state FROM run WHERE id = ?4) = 'done' "
          "AND (SELECT state FROM run WHERE id = experiment_run.run) NOT IN ('done', 'running')");
      insert.bind(1, *id).bind_from(2, links, 0).bind_from(3, links, 1).bind(4, run->second);
      insert.bind(5, behind + links.integer(3)).bind_from(6, links, 4).run();
      Statement shown = target_.prepare("SELECT run FROM experiment_run WHERE experiment = ? AND cell = ? AND seed = ?");
      shown.bind(1, *id).bind_from(2, links, 0).bind_from(3, links, 1).step();
      if (shown.integer(0) != run->second && taken_.contains(run->second)) ++hidden["it has other runs in their places"];
    }
    remark_hidden(*id, hidden);
    if (whole && !common.any) copy_rows("planned_run", "experiment", experiment, *id);
    Statement first_asked = source_.prepare("SELECT id FROM run WHERE experiment = ?");
    first_asked.bind_all(experiment);
    while (first_asked.step()) {
      const auto run = runs_.find(first_asked.integer(0));
      if (run == runs_.end()) continue;
      target_.prepare("UPDATE run SET experiment = ?1 WHERE id = ?2 AND experiment IS NULL")
          .bind_all(*id, run->second)
          .run();
    }
    statements_.clear();  // a view cannot be dropped while a query is open
    make_wide_view(target_, *id);
  }

  static constexpr std::array kOfRun{"fact", "progress", "point", "result", "example", "attention", "artifact", "event"};
  inline static const Changes kNotHere{{"experiment", std::nullopt}, {"boot", std::nullopt},  {"pid", std::nullopt},
                                       {"pid_start", std::nullopt},  {"owner", std::nullopt}, {"owner_start", std::nullopt},
                                       {"claim", std::nullopt}};

  Database& source_;
  Database& target_;
  TransferReport report_;
  std::map<std::string, Statement> statements_;
  std::map<std::int64_t, std::int64_t> metrics_;  // the target's by the source's
  std::map<std::int64_t, std::int64_t> runs_;
  std::set<std::int64_t> taken_;  // ids here of those that are new, or are done by now
};

}  // namespace

TransferReport transfer(Database& source, Database& target, const Selection& selection) {
  return Transfer(source, target).work(selection);
}

}  // namespace seqlab
