#include "cli/completion_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/command.h"
#include "cli/read_database.h"
#include "data/data_set.h"
#include "experiment/task.h"
#include "experiment/train_options.h"
#include "experiment/variant_label.h"
#include "experiment/workload.h"
#include "plugin/registry.h"
#include "results/embedded.h"
#include "results/settings.h"
#include "sequence/attention_options.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;
using Candidates = std::vector<Candidate>;

/// The rows of a query: a word and a help in each. Nothing where the database cannot be read.
Candidates rows_of(const CompletionContext& context, std::string_view sql, const std::string& argument = "") {
  Candidates found;
  std::error_code error;
  if (!fs::is_regular_file(context.database, error)) return found;
  try {
    const auto database = open_for_reading(context.database);
    Statement query = database->prepare(sql);
    if (query.parameter_count() > 0) query.bind(1, std::string_view(argument));
    while (query.step()) found.push_back({query.text(0), query.columns() > 1 ? query.text(1) : ""});
  } catch (const std::exception&) {
    found.clear();  // damaged, locked or of another version: the command itself will say so
  }
  return found;
}

Candidates experiments(const CompletionContext& context) {
  return rows_of(context, "SELECT experiment, printf('%d of %d done', done, runs) FROM v_progress ORDER BY experiment");
}

Candidates runs(const CompletionContext& context) {
  Candidates found = rows_of(context,
                             "SELECT run, printf('%s seed %d, %s (%s)', label, seed, state, experiment) FROM v_run "
                             "GROUP BY run ORDER BY run DESC LIMIT 200");
  if (!found.empty()) {
    found.push_back({"@best", "the best of the experiment worked on last"});
    found.push_back({"@last", "the one started last"});
  }
  return found;
}

std::string experiment_of(const CompletionContext& context) {
  if (!context.experiment.empty() || context.positional.empty()) return context.experiment;
  return context.positional.front();
}

/// Full keys of the factors of the experiment that stands on the line, or of all.
std::vector<std::string> factor_keys(const CompletionContext& context) {
  std::vector<std::string> keys;
  for (const Candidate& row : rows_of(context,
                                      "SELECT DISTINCT key FROM factor JOIN experiment ON experiment.id = experiment "
                                      "WHERE ?1 = '' OR experiment.name = ?1 ORDER BY experiment.id, position",
                                      experiment_of(context))) {
    if (std::ranges::find(keys, row.word) == keys.end()) keys.push_back(row.word);
  }
  return keys;
}

Candidates factors(const CompletionContext& context) {
  Candidates found;
  for (const std::string& name : short_names(factor_keys(context))) found.push_back({name, ""});
  return found;
}

Candidates factor_values(const CompletionContext& context) {
  Candidates found;
  const std::vector<std::string> keys = factor_keys(context);
  const std::vector<std::string> names = short_names(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (const Candidate& value :
         rows_of(context, "SELECT DISTINCT value FROM param WHERE key = ?1 ORDER BY value", keys[i])) {
      found.push_back({fmt::format("{}={}", names[i], value.word), ""});
    }
  }
  return found;
}

/// Those that compare can show: of which a run has a result.
Candidates metrics(const CompletionContext& context) {
  return rows_of(context,
                 "SELECT DISTINCT metric.name, metric.direction FROM experiment JOIN experiment_run AS link "
                 "ON link.experiment = experiment.id JOIN result ON result.run = link.run "
                 "JOIN metric ON metric.id = result.metric WHERE ?1 = '' OR experiment.name = ?1 ORDER BY 1",
                 experiment_of(context));
}

const Registry& plugins() {
  static const Registry registry = [] {
    Registry all;
    all.scan(plugin_folders());
    return all;
  }();
  return registry;
}

Candidates plugin_names() {
  Candidates found;
  for (const std::string& kind : kind_names()) {
    found.push_back({kind, "all of this kind"});
    for (const std::string& name : plugins().names(kind_of(kind))) {
      found.push_back({kind + "/" + name, plugins().get(kind_of(kind), name).options->summary()});
    }
  }
  return found;
}

/// A key of an experiment file and the values that are worth offering.
struct Key {
  std::string name;
  std::string help;
  std::vector<std::string> values;
};

void add_keys(std::vector<Key>& keys, const std::string& table, const OptionTable& options) {
  for (const OptionRule& rule : options.rules()) {
    std::vector<std::string> values = rule.constraint.choices;
    if (rule.type == OptionType::boolean) values = {"false", "true"};
    keys.push_back({table + "." + rule.name, rule.help, values});
  }
}

/// The keys of [data] of all tasks, each once with the values that any of them takes.
void add_data_keys(std::vector<Key>& keys) {
  std::vector<Key> all;
  for (const Task& task : tasks()) {
    std::vector<Key> own;
    add_keys(own, "data", *task.data);
    for (Key& key : own) {
      const auto known = std::ranges::find(all, key.name, &Key::name);
      if (known == all.end()) {
        all.push_back(std::move(key));
        continue;
      }
      for (const std::string& value : key.values) {
        if (std::ranges::find(known->values, value) == known->values.end()) known->values.push_back(value);
      }
    }
  }
  keys.insert(keys.end(), all.begin(), all.end());
}

std::vector<Key> experiment_keys() {
  std::vector<Key> keys;
  std::set<std::string> slots;
  for (const std::string& kind : kind_names()) {
    for (const std::string& name : plugins().names(kind_of(kind))) {
      const Component& component = plugins().get(kind_of(kind), name);
      add_keys(keys, kind + "." + name, *component.options);
      for (const Slot& slot : component.slots) {
        if (!slots.insert(slot.name).second) continue;
        std::vector<std::string> values = plugins().names(slot.kind);
        if (slot.optional) values.emplace_back("none");
        keys.push_back({slot.name, slot.help, values});
      }
    }
  }
  keys.push_back({"model", "the model", plugins().names(Kind::model)});
  keys.push_back({"metric", "what comparisons rank by", {}});
  add_data_keys(keys);
  add_keys(keys, "attention", attention_schema());
  add_keys(keys, "train", train_schema());
  add_keys(keys, "run", run_schema());
  return keys;
}

/// "train.ba" -> "train.batch=", "cell=ls" -> "cell=lstm", and with `several` "cell=lstm,gr" -> "cell=lstm,gru".
Candidates settings(const std::string& prefix, bool several) {
  Candidates found;
  const auto sign = prefix.find('=');
  for (const Key& key : experiment_keys()) {
    // What can be set cannot always be swept.
    if (several && (key.name == "metric" || key.name == "data.task" || key.name.starts_with("run."))) continue;
    if (sign == std::string::npos) {
      found.push_back({key.name + "=", key.help});
    } else if (key.name == prefix.substr(0, sign) || "parts." + key.name == prefix.substr(0, sign)) {
      const auto comma = several ? prefix.rfind(',') : std::string::npos;
      const std::string kept = prefix.substr(0, comma == std::string::npos ? sign + 1 : comma + 1);
      for (const std::string& value : key.values) found.push_back({kept + value, ""});
    }
  }
  if (several && sign == std::string::npos) found.push_back({"seed=", "number of seeds, or a list of them"});
  return found;
}

/// Files with this ending ("": all) and folders, as far as the prefix names a folder.
Candidates files(const std::string& prefix, const std::string& ending, bool folders_only) {
  Candidates found;
  const auto slash = prefix.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : prefix.substr(0, slash + 1);
  const bool hidden = prefix.substr(folder.size()).starts_with('.');
  std::error_code error;
  fs::directory_iterator entry(folder.empty() ? "." : folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') && !hidden) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      found.push_back({folder + name + "/", ""});
    } else if (!folders_only && name.ends_with(ending)) {
      found.push_back({folder + name, ""});
    }
  }
  return found;
}

Candidates data_set_names() {
  Candidates found;
  for (const std::string& name : data_names()) {
    found.push_back({name, name == "dates" ? "generator" : std::string(find_data(name).summary)});
  }
  return found;
}

Candidates named(const std::string& what, const std::string& prefix, const CompletionContext& context) {
  Candidates found;
  if (what.starts_with("FILE")) return files(prefix, what.substr(4), false);
  if (what == "FOLDER") return files(prefix, "", true);
  if (what == "EXPERIMENT") return experiments(context);
  if (what == "RUN") return runs(context);
  if (what == "KEY") return factors(context);
  if (what == "KEY=VALUE") return factor_values(context);
  if (what == "METRIC") return metrics(context);
  if (what == "K=V" || what == "K=A,B") return settings(prefix, what == "K=A,B");
  if (what == "KIND/NAME") return plugin_names();
  if (what == "TAG") return rows_of(context, "SELECT DISTINCT name, '' FROM tag ORDER BY name");
  if (what == "SET") return data_set_names();
  if (what == "COMMAND") {
    for (const Command& command : commands()) found.push_back({command.name, command.summary});
  } else if (what == "QUERY") {
    for (const auto& query : named_queries()) {
      std::string_view help = query.sql.substr(0, query.sql.find('\n'));
      if (help.starts_with("-- ")) help.remove_prefix(3);
      found.push_back({fmt::format("@{}", query.name), std::string(help)});
    }
  } else if (what == "WORKLOAD") {
    for (const std::string& name : workload_names()) found.push_back({name, ""});
  }
  return found;
}

}  // namespace

std::vector<Candidate> completion_values(std::string_view pattern, const std::string& prefix,
                                         const CompletionContext& context) {
  Candidates found;
  while (!pattern.empty()) {
    const auto bar = pattern.find('|');
    std::string word(pattern.substr(0, bar));
    pattern = bar == std::string_view::npos ? "" : pattern.substr(bar + 1);
    std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
    if (word.ends_with("...")) word.resize(word.size() - 3);
    if (word.empty()) continue;
    const bool literal = !(word[0] >= 'A' && word[0] <= 'Z');
    for (Candidate& candidate : literal ? Candidates{{word, ""}} : named(word, prefix, context)) {
      if (candidate.word.starts_with(prefix)) found.push_back(std::move(candidate));
    }
  }
  return found;
}

}  // namespace seqlab
