#include "results/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/sha256.h"
#include "experiment/run_spec.h"
#include "metrics/metric.h"
#include "results/earlier_runs.h"
#include "results/environment_row.h"
#include "results/settings.h"

namespace seqlab {
namespace {

constexpr const char* kNow = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

/// RFC 4122, version 4.
std::string make_uuid() {
  std::random_device device;
  const auto word = [&device] { return static_cast<std::uint32_t>(device()); };
  const std::uint32_t second = word();
  const std::uint32_t third = word();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", word(), second >> 16, second & 0xfffU,
                     ((third >> 16) & 0x3fffU) | 0x8000U, third & 0xffffU, word());
}

std::vector<std::string> varying(const ExperimentRecord& experiment) {
  std::vector<std::string> factors = experiment.factors;
  std::erase(factors, "seed");
  return factors;
}

class Registration {
 public:
  Registration(Database& database, const ExperimentRecord& experiment)
      : database_(database), record_(experiment), factors_(varying(experiment)) {}

  Registered store(const std::vector<RunRequest>& requests) {
    store_experiment();
    store_metrics();
    const std::int64_t environment = environment_row(database_, record_.environment);
    EarlierRuns earlier(database_, id_, factors_, record_.environment);
    std::vector<RunTicket> tickets;
    std::vector<std::int64_t> variants;
    for (const auto& request : requests) {
      variants.push_back(store_variant(request.variant.settings));
      tickets.push_back(store_run(request, variants.back(), environment));
      earlier.explain(request, tickets.back());
    }
    forget_incomparable(requests, variants);
    forget_other_builds(requests);
    link(requests, tickets);
    store_plan(requests);
    return {std::move(tickets), id_, environment};
  }

 private:
  using Place = std::pair<std::string, std::int64_t>;  // cell and seed

  void store_experiment() {
    database_
        .prepare(
            fmt::format("INSERT INTO experiment (name, file, text, task, metric, maximize, created, updated) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, {0}, {0}) ON CONFLICT (name) DO UPDATE SET file = ?2, text = ?3, "
                        "task = ?4, metric = ?5, maximize = ?6, updated = {0}",
                        kNow))
        .bind_all(record_.name, record_.file, record_.text, record_.task, record_.metric, std::int64_t{record_.maximize})
        .run();
    Statement query = database_.prepare("SELECT id FROM experiment WHERE name = ?");
    query.bind_all(record_.name).step();
    id_ = query.integer(0);

    std::vector<std::string> before;
    Statement old = database_.prepare("SELECT key FROM factor WHERE experiment = ? ORDER BY position");
    old.bind_all(id_);
    while (old.step()) before.push_back(old.text(0));
    if (before == factors_) return;
    database_.prepare("DELETE FROM experiment_run WHERE experiment = ?").bind_all(id_).run();
    database_.prepare("DELETE FROM planned_run WHERE experiment = ?").bind_all(id_).run();
    database_.prepare("DELETE FROM factor WHERE experiment = ?").bind_all(id_).run();
    Statement insert = database_.prepare("INSERT INTO factor (experiment, position, key) VALUES (?, ?, ?)");
    for (std::size_t i = 0; i < factors_.size(); ++i) insert.bind_all(id_, static_cast<std::int64_t>(i), factors_[i]).run();
  }

  void store_metric(const std::string& name, bool maximize) {
    database_
        .prepare(
            "INSERT INTO metric (name, direction) VALUES (?1, ?2) "
            "ON CONFLICT (name) DO UPDATE SET direction = ?2 WHERE direction IS NOT ?2")
        .bind_all(name, maximize ? "max" : "min")
        .run();
  }

  void store_metrics() {
    try {
      for (const auto& metric : metrics_of_task(record_.task)) {
        for (const char* split : {"train", "valid", "test"}) {
          store_metric(fmt::format("{}/{}", split, metric.name), metric.direction == Direction::maximum);
        }
      }
    } catch (const UserError&) {  // a task of a later seqlab: its metrics have no direction here but the experiment's own
    }
    store_metric(record_.metric, record_.maximize);
  }

  std::int64_t store_variant(const OptionValues& settings) {
    const std::string text = canonical_json(settings);
    const std::string hash = sha256(text);
    Statement query = database_.prepare("SELECT id FROM variant WHERE hash = ?");
    if (query.bind_all(hash).step()) return query.integer(0);
    database_.prepare("INSERT INTO variant (hash, settings) VALUES (?, ?)").bind_all(hash, text).run();
    const std::int64_t id = database_.last_insert_id();
    Statement insert = database_.prepare("INSERT INTO param (variant, key, type, value) VALUES (?, ?, ?, ?)");
    for (const auto& [key, value] : settings) {
      static constexpr const char* kTypes[] = {"boolean", "integer", "real", "text", "texts"};  // as OptionType counts
      insert.bind_all(id, key, kTypes[value.index()]);
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        insert.bind(4, *integer);
      } else if (const auto* real = std::get_if<double>(&value)) {
        insert.bind(4, *real);
      } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        insert.bind(4, nlohmann::json(*texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      } else {
        insert.bind(4, to_text(value));
      }
      insert.run();
    }
    return id;
  }

  RunTicket store_run(const RunRequest& request, std::int64_t variant, std::int64_t environment) {
    // Which build of the framework made a run counts only where the request asks for one: "code+build" answers to "code".
    Statement query = database_.prepare(
        "SELECT id, state, seconds FROM run WHERE variant = ?1 AND seed = ?2 AND (code = ?3 OR substr(code, 1, length(?3) + "
        "1) = "
        "?3 || '+') ORDER BY state = 'done' DESC, id DESC");
    if (query.bind_all(variant, request.seed, request.code_identity).step()) {
      RunTicket ticket;
      ticket.id = query.integer(0);
      ticket.state = state_of(query.text(1));
      ticket.existed = !made_.contains(ticket.id);
      if (ticket.state != RunState::done && ticket.state != RunState::running) {
        database_.prepare("UPDATE run SET file = ? WHERE id = ? AND file <> ?1").bind_all(record_.file, ticket.id).run();
      }
      if (ticket.state == RunState::done && !query.is_null(2)) ticket.seconds = query.real(2);
      return ticket;
    }
    database_
        .prepare(fmt::format("INSERT INTO run (variant, seed, code, uuid, experiment, environment, created, log_file, file) "
                             "VALUES (?, ?, ?, ?, ?, ?, {}, ?, ?)",
                             kNow))
        .bind_all(variant, request.seed, request.code_identity, make_uuid(), id_, environment, request.log_file,
                  record_.file)
        .run();
    const std::int64_t run = database_.last_insert_id();
    made_.insert(run);
    for (const auto& file : request.plugins) store_plugin(run, file);
    database_.prepare(fmt::format("INSERT INTO event (run, time, kind) VALUES (?, {}, 'registered')", kNow))
        .bind_all(run)
        .run();
    RunTicket ticket;
    ticket.id = run;
    return ticket;
  }

  void store_plugin(std::int64_t run, const PluginFile& file) {
    database_
        .prepare(
            "INSERT INTO plugin (kind, name, hash, path) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, name, hash) DO UPDATE SET path = excluded.path")
        .bind_all(file.kind, file.name, file.content_hash, file.path)
        .run();
    database_
        .prepare(
            "INSERT INTO run_plugin (run, plugin) SELECT ?, id FROM plugin WHERE kind = ? AND name = ? AND hash = ? "
            "ON CONFLICT DO NOTHING")
        .bind_all(run, file.kind, file.name, file.content_hash)
        .run();
  }

  /// Settings that have one value all over the plan, and are no factor.
  [[nodiscard]] OptionValues constants(const std::vector<RunRequest>& requests) const {
    OptionValues fixed;
    std::set<std::string> various(factors_.begin(), factors_.end());
    for (const auto& request : requests) {
      for (const auto& [key, value] : request.variant.settings) {
        if (various.contains(key)) continue;
        const auto [place, is_new] = fixed.emplace(key, value);
        if (is_new || place->second == value) continue;
        fixed.erase(place);
        various.insert(key);
      }
    }
    return fixed;
  }

  void forget_incomparable(const std::vector<RunRequest>& requests, const std::vector<std::int64_t>& variants) {
    const OptionValues fixed = constants(requests);
    const std::set<std::int64_t> asked(variants.begin(), variants.end());
    std::map<std::int64_t, std::string> gone;  // variant and the setting in which it differs
    Statement query = database_.prepare(
        "SELECT DISTINCT variant.id, variant.settings FROM experiment_run AS link JOIN run ON run.id = link.run "
        "JOIN variant ON variant.id = run.variant WHERE link.experiment = ?");
    query.bind_all(id_);
    while (query.step()) {
      if (asked.contains(query.integer(0))) continue;
      const OptionValues settings = settings_from_json(query.text(1));
      const auto other = std::ranges::find_if(settings, [&fixed](const auto& setting) {
        const auto found = fixed.find(setting.first);
        return found != fixed.end() && found->second != setting.second;
      });
      if (other == settings.end()) continue;
      gone[query.integer(0)] = other->first == kDataContent ? "was trained on other data"
                                                            : fmt::format("has {} {}", other->first, to_text(other->second));
    }
    for (const auto& [variant, why] : gone) {
      Statement links = database_.prepare(
          "SELECT link.cell, link.seed, link.run FROM experiment_run AS link JOIN run ON run.id = link.run "
          "WHERE link.experiment = ? AND run.variant = ?");
      links.bind_all(id_, variant);
      while (links.step()) forget({links.text(0), links.integer(1)}, links.integer(2), why);
    }
    unlink_forgotten();
  }

  /// Runs beside which those of this plan cannot stand: other code made them.
  void forget_other_builds(const std::vector<RunRequest>& requests) {
    std::map<std::pair<std::string, std::string>, std::string> hashes;  // by kind and name
    std::set<Place> asked;
    for (const auto& request : requests) {
      for (const auto& file : request.plugins) hashes[{file.kind, file.name}] = file.content_hash;
      asked.emplace(cell_of(request.variant.settings, factors_), request.seed);
    }
    Statement plugins = database_.prepare(
        "SELECT link.cell, link.seed, link.run, plugin.kind, plugin.name, plugin.hash FROM experiment_run AS link "
        "JOIN run_plugin USING (run) JOIN plugin ON plugin.id = run_plugin.plugin WHERE link.experiment = ?");
    plugins.bind_all(id_);
    while (plugins.step()) {
      const Place place{plugins.text(0), plugins.integer(1)};
      const auto now = hashes.find({plugins.text(3), plugins.text(4)});
      if (asked.contains(place) || now == hashes.end() || now->second == plugins.text(5)) continue;
      forget(place, plugins.integer(2), fmt::format("is of another build of {}/{}", plugins.text(3), plugins.text(4)));
    }
    const auto version = record_.environment.find("framework");
    Statement versions = database_.prepare(
        "SELECT link.cell, link.seed, link.run, fact.value FROM experiment_run AS link JOIN run ON run.id = link.run "
        "JOIN environment_value AS fact ON fact.environment = run.environment AND fact.key = 'framework' "
        "WHERE link.experiment = ?");
    versions.bind_all(id_);
    while (version != record_.environment.end() && versions.step()) {
      const Place place{versions.text(0), versions.integer(1)};
      if (asked.contains(place) || versions.text(3) == version->second) continue;
      forget(place, versions.integer(2), fmt::format("was made by seqlab {}", versions.text(3)));
    }
    unlink_forgotten();
  }

  void forget(const Place& place, std::int64_t run, const std::string& why) {
    forgotten_.emplace(place, fmt::format("#{} {}", run, why));
  }

  void unlink_forgotten() {
    Statement remove = database_.prepare("DELETE FROM experiment_run WHERE experiment = ? AND cell = ? AND seed = ?");
    for (const auto& [place, why] : forgotten_) remove.bind_all(id_, place.first, place.second).run();
  }

  /// The whole plan takes the place of the one before; where only a part is known it is added.
  void store_plan(const std::vector<RunRequest>& requests) {
    std::vector<std::pair<Place, std::string>> plan;  // with labels
    if (record_.planned.empty()) {
      for (const auto& request : requests) {
        plan.push_back({{cell_of(request.variant.settings, factors_), request.seed}, request.variant.label});
      }
    } else {
      for (const auto& cell : record_.planned) plan.push_back({{cell_of(cell.factors, factors_), cell.seed}, cell.label});
      Statement before = database_.prepare("SELECT cell, seed, reason FROM planned_run WHERE experiment = ?");
      before.bind_all(id_);
      while (before.step()) forgotten_.emplace(Place{before.text(0), before.integer(1)}, before.text(2));
      before.reset();
      database_.prepare("DELETE FROM planned_run WHERE experiment = ?").bind_all(id_).run();
    }
    Statement insert = database_.prepare(
        "INSERT INTO planned_run (experiment, cell, seed, position, label, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        "ON CONFLICT (experiment, cell, seed) DO UPDATE SET label = ?5");
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const auto& [place, label] = plan[i];
      const auto why = forgotten_.find(place);
      insert.bind_all(id_, place.first, place.second, static_cast<std::int64_t>(i), label,
                      why == forgotten_.end() ? std::string() : why->second);
      insert.run();
    }
    Statement explain =
        database_.prepare("UPDATE planned_run SET reason = ? WHERE experiment = ? AND cell = ? AND seed = ?");
    for (const auto& [place, why] : forgotten_) explain.bind_all(why, id_, place.first, place.second).run();
    database_
        .prepare(
            "UPDATE planned_run SET reason = '' WHERE experiment = ? AND EXISTS (SELECT 1 FROM experiment_run AS link WHERE "
            "link.experiment = planned_run.experiment AND link.cell = planned_run.cell AND link.seed = planned_run.seed)")
        .bind_all(id_)
        .run();
  }

  void link(const std::vector<RunRequest>& requests, const std::vector<RunTicket>& tickets) {
    std::vector<std::string> cells;
    std::set<std::pair<std::string, std::int64_t>> asked;
    for (const auto& request : requests) {
      cells.push_back(cell_of(request.variant.settings, factors_));
      asked.emplace(cells.back(), request.seed);
    }
    // A whole plan sets the order; a part of one leaves it alone and is put behind.
    Statement existing = database_.prepare("SELECT cell, seed, position FROM experiment_run WHERE experiment = ?");
    existing.bind_all(id_);
    bool whole = true;
    std::int64_t behind = 0;
    while (existing.step()) {
      whole = whole && asked.contains({existing.text(0), existing.integer(1)});
      behind = std::max(behind, existing.integer(2) + 1);
    }
    const std::int64_t start = whole ? 0 : behind;
    Statement insert = database_.prepare(
        fmt::format("INSERT INTO experiment_run (experiment, cell, seed, run, position, label) VALUES (?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (experiment, cell, seed) DO UPDATE SET run = excluded.run, label = excluded.label{}",
                    whole ? ", position = excluded.position" : ""));
    for (std::size_t i = 0; i < requests.size(); ++i) {
      insert.bind_all(id_, cells[i], requests[i].seed, tickets[i].id, start + static_cast<std::int64_t>(i),
                      requests[i].variant.label);
      insert.run();
    }
  }

  Database& database_;
  const ExperimentRecord& record_;
  std::vector<std::string> factors_;
  std::int64_t id_ = 0;
  std::set<std::int64_t> made_;
  std::map<Place, std::string> forgotten_;  // shown before, and why no more
};

}  // namespace

Registered register_in(Database& database, const ExperimentRecord& experiment, const std::vector<RunRequest>& requests) {
  return Registration(database, experiment).store(requests);
}

}  // namespace seqlab
