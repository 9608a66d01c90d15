#include "results/earlier_runs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "experiment/run_spec.h"
#include "results/settings.h"

namespace seqlab {
namespace {

constexpr std::size_t kMostNamed = 3;

std::string first_names(const std::vector<std::string>& names) {
  if (names.size() <= kMostNamed) return fmt::format("{}", fmt::join(names, ", "));
  const std::vector<std::string> shown(names.begin(), names.begin() + kMostNamed);
  return fmt::format("{} and {} more", fmt::join(shown, ", "), names.size() - kMostNamed);
}

std::string short_key(const std::string& key) { return key.starts_with("parts.") ? key.substr(6) : key; }

/// "train.epochs 5 -> 10" for every setting that differs but the data's content and options of the components in `changed`,
/// which came or went with their plugin's code.
std::vector<std::string> option_differences(const OptionValues& before, const OptionValues& now,
                                            const std::set<std::string>& changed) {
  std::set<std::string> keys;
  for (const auto* settings : {&before, &now}) {
    for (const auto& [key, value] : *settings) keys.insert(key);
  }
  std::vector<std::string> differences;
  for (const std::string& key : keys) {
    const auto old_value = before.find(key);
    const auto new_value = now.find(key);
    const bool both = old_value != before.end() && new_value != now.end();
    if (key == kDataContent || (both && old_value->second == new_value->second)) continue;
    const auto first = key.find('.');
    const auto second = first == std::string::npos ? first : key.find('.', first + 1);
    std::string component = key.substr(0, second);
    if (first != std::string::npos) component[first] = '/';
    if (!both && changed.contains(component)) continue;
    differences.push_back(fmt::format("{} {} -> {}", short_key(key), value_text(before, key), value_text(now, key)));
  }
  return differences;
}

}  // namespace

EarlierRuns::EarlierRuns(Database& database, std::int64_t experiment, const std::vector<std::string>& factors,
                         const std::map<std::string, std::string>& environment)
    : database_(database), experiment_(experiment), factors_(factors), environment_(environment) {}

void EarlierRuns::read() {
  earlier_.emplace();
  // The run that was asked for last; where the experiment shows none any more, the newest.
  Statement query = database_.prepare(
      "SELECT run.id, run.seed, variant.settings FROM run JOIN variant ON variant.id = run.variant "
      "LEFT JOIN experiment_run AS link ON link.run = run.id AND link.experiment = ?1 "
      "WHERE run.state <> 'queued' AND (run.experiment = ?1 OR link.run IS NOT NULL) ORDER BY link.run IS NOT NULL, run.id");
  query.bind_all(experiment_);
  while (query.step()) {
    (*earlier_)[{cell_of(settings_from_json(query.text(2)), factors_), query.integer(1)}] = query.integer(0);
  }
}

std::map<std::string, std::string> EarlierRuns::environment_of(std::int64_t run) {
  Statement query = database_.prepare(
      "SELECT key, value FROM environment_value WHERE environment = (SELECT environment FROM run WHERE id = ?)");
  query.bind_all(run);
  std::map<std::string, std::string> facts;
  while (query.step()) facts[query.text(0)] = query.text(1);
  return facts;
}

void EarlierRuns::explain(const RunRequest& request, RunTicket& ticket) {
  if (ticket.existed) {
    const auto made = environment_of(ticket.id);
    const auto build = made.find("build");
    const auto own = environment_.find("build");
    ticket.other_build = build != made.end() && own != environment_.end() && build->second != own->second;
    return;
  }
  if (!earlier_) read();
  const auto earlier = earlier_->find({cell_of(request.variant.settings, factors_), request.seed});
  if (earlier == earlier_->end()) return;
  ticket.reason = difference(earlier->second, request);
  Statement query = database_.prepare("SELECT seconds FROM run WHERE id = ? AND state = 'done'");
  if (query.bind_all(earlier->second).step() && !query.is_null(0)) ticket.seconds = query.real(0);
}

std::string EarlierRuns::difference(std::int64_t earlier, const RunRequest& request) {
  std::map<std::string, std::string> plugins;
  Statement files =
      database_.prepare("SELECT kind || '/' || name, hash FROM run_plugin JOIN plugin ON plugin.id = plugin WHERE run = ?");
  files.bind_all(earlier);
  while (files.step()) plugins[files.text(0)] = files.text(1);
  std::set<std::string> changed;
  for (const PluginFile& file : request.plugins) {
    const auto before = plugins.find(fmt::format("{}/{}", file.kind, file.name));
    if (before != plugins.end() && before->second != file.content_hash) changed.insert(before->first);
  }
  Statement query =
      database_.prepare("SELECT settings, code FROM run JOIN variant ON variant.id = run.variant WHERE run.id = ?");
  query.bind_all(earlier).step();
  const OptionValues before = settings_from_json(query.text(0));
  const OptionValues& now = request.variant.settings;

  std::vector<std::string> reasons;
  if (!changed.empty()) reasons.push_back(first_names({changed.begin(), changed.end()}) + " changed");
  const auto data_before = before.find(std::string(kDataContent));
  const auto data_now = now.find(std::string(kDataContent));
  if (data_before != before.end() && data_now != now.end() && data_before->second != data_now->second) {
    reasons.emplace_back("data changed");
  }
  if (const auto options = option_differences(before, now, changed); !options.empty())
    reasons.push_back(first_names(options));
  if (!reasons.empty()) return fmt::format("{}", fmt::join(reasons, "; "));

  const auto environment = environment_of(earlier);
  const auto version = environment.find("framework");
  const auto own = environment_.find("framework");
  if (version != environment.end() && own != environment_.end() && version->second != own->second) {
    return fmt::format("seqlab {} -> {}", version->second, own->second);
  }
  return request.code_identity.find('+') != std::string::npos ? "seqlab rebuilt" : "code changed";
}

}  // namespace seqlab
