#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/columns.h"
#include "cli/read_database.h"
#include "cli/run_toml.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "experiment/run_spec.h"
#include "experiment/task.h"
#include "results/annotation.h"
#include "results/settings.h"
#include "results/text_table.h"

namespace seqlab {
namespace {

using Json = nlohmann::ordered_json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct ResultLine {
  std::string metric, which;
  std::int64_t epoch = 0;
  double value = 0;
};

struct ExampleLine {
  std::string split;
  std::int64_t number = 0;
  std::string source, prediction, reference;
  double score = 0;
};

/// All that the database holds of one run but its curve.
struct RunDetails {
  std::int64_t id = 0;
  std::int64_t seed = 0;
  Pairs experiments;         // name, label
  std::string file, metric;  // of the experiment that asked for it
  Pairs facts_of_run;        // state, times, ...: only what is known
  OptionValues settings;
  std::vector<ResultLine> results;
  std::vector<std::vector<std::string>> plugins;  // kind/name, hash, path
  Pairs environment;
  Pairs facts;
  std::vector<std::string> tags;
  std::vector<Note> notes;
  std::vector<ExampleLine> examples;
  std::int64_t example_count = 0;
};

constexpr int kExamplesShown = 5;

Pairs read_pairs(Database& database, std::string_view sql, std::int64_t id) {
  Statement query = database.prepare(sql);
  query.bind_all(id);
  Pairs pairs;
  while (query.step()) pairs.emplace_back(query.text(0), query.text(1));
  return pairs;
}

void read_run(Database& database, RunDetails& details) {
  Statement query = database.prepare(
      "SELECT run.seed, variant.settings, run.state, run.reason, run.created, run.started, run.finished, run.seconds, "
      "run.train_seconds, "
      "run.parameters, run.host, run.pid, run.log_file, run.code, run.uuid, progress.epoch, progress.epochs, progress.step "
      "FROM run JOIN variant ON variant.id = run.variant LEFT JOIN progress ON progress.run = run.id WHERE run.id = ?");
  query.bind_all(details.id).step();
  details.seed = query.integer(0);
  details.settings = settings_from_json(query.text(1));
  const auto add = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) details.facts_of_run.emplace_back(name, text);
  };
  add("state", query.text(2));
  add("reason", query.text(3));
  add("created", query.text(4));
  add("started", query.text(5));
  add("finished", query.text(6));
  if (!query.is_null(7)) add("seconds", fmt::format("{:.2f}", query.real(7)));
  if (!query.is_null(8)) add("seconds in training", fmt::format("{:.2f}", query.real(8)));
  add("parameters", query.text(9));
  if (!query.is_null(15))
    add("progress", fmt::format("epoch {} of {}, step {}", query.integer(15), query.integer(16), query.integer(17)));
  add("host", query.text(10));
  add("pid", query.text(11));
  add("log", query.text(12));
  add("code", query.text(13));
  add("uuid", query.text(14));
}

void read_experiment(Database& database, RunDetails& details) {
  details.experiments = read_pairs(database,
                                   "SELECT experiment.name, link.label FROM experiment_run AS link JOIN experiment "
                                   "ON experiment.id = link.experiment WHERE link.run = ? ORDER BY experiment.updated DESC",
                                   details.id);
  Statement query = database.prepare(
      "SELECT experiment.name, iif(run.file = '', experiment.file, run.file), metric FROM run LEFT JOIN experiment_run AS "
      "link ON link.run = run.id "
      "JOIN experiment ON experiment.id = coalesce(link.experiment, run.experiment) WHERE run.id = ? "
      "ORDER BY experiment.id IS NOT run.experiment LIMIT 1");
  if (!query.bind_all(details.id).step()) return;
  if (details.experiments.empty()) details.experiments.emplace_back(query.text(0), "");
  details.file = query.text(1);
  details.metric = query.text(2);
}

RunDetails read_details(Database& database, std::int64_t id) {
  RunDetails details;
  details.id = id;
  read_run(database, details);
  read_experiment(database, details);
  details.environment = read_pairs(database,
                                   "SELECT key, value FROM environment_value WHERE environment = "
                                   "(SELECT environment FROM run WHERE id = ?) ORDER BY key",
                                   id);
  details.tags = tags_of(database, id);
  details.notes = notes_of(database, id);
  details.facts = read_pairs(database, "SELECT key, value FROM fact WHERE run = ? ORDER BY key", id);

  Statement results = database.prepare(
      "SELECT metric.name, which, epoch, value FROM result JOIN metric ON metric.id = result.metric WHERE run = ? ORDER BY "
      "1, 2");
  results.bind_all(id);
  while (results.step()) details.results.push_back({results.text(0), results.text(1), results.integer(2), results.real(3)});

  Statement plugins = database.prepare(
      "SELECT kind || '/' || name, hash, path FROM run_plugin JOIN plugin ON plugin.id = plugin WHERE run = ? ORDER BY 1");
  plugins.bind_all(id);
  while (plugins.step()) details.plugins.push_back({plugins.text(0), plugins.text(1), plugins.text(2)});

  Statement count = database.prepare("SELECT count(*) FROM example WHERE run = ?");
  count.bind_all(id).step();
  details.example_count = count.integer(0);
  Statement examples = database.prepare(
      "SELECT split, number, source, prediction, reference, score FROM example WHERE run = ? ORDER BY split, number LIMIT "
      "?");
  examples.bind_all(id, std::int64_t{kExamplesShown});
  while (examples.step()) {
    details.examples.push_back(
        {examples.text(0), examples.integer(1), examples.text(2), examples.text(3), examples.text(4), examples.real(5)});
  }
  return details;
}

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_object(const Pairs& pairs) {
  Json object = Json::object();
  for (const auto& [key, value] : pairs) object[key] = value;
  return object;
}

std::string as_json(const RunDetails& d) {
  Json out{{"run", d.id}, {"seed", d.seed}, {"experiments", Json::array()}};
  for (const auto& [name, label] : d.experiments) out["experiments"].push_back({{"name", name}, {"label", label}});
  for (const auto& [key, value] : d.facts_of_run) {
    std::string name = key;
    std::ranges::replace(name, ' ', '_');
    const bool number = key == "seconds" || key == "seconds in training" || key == "parameters" || key == "pid";
    out[name] = number ? Json::parse(value) : Json(value);
  }
  out["settings"] = Json::parse(canonical_json(d.settings));
  out["results"] = Json::array();
  for (const auto& r : d.results) {
    out["results"].push_back(
        {{"metric", r.metric}, {"which", r.which}, {"epoch", r.epoch}, {"value", json_number(r.value)}});
  }
  out["plugins"] = Json::array();
  for (const auto& p : d.plugins) out["plugins"].push_back({{"component", p[0]}, {"hash", p[1]}, {"file", p[2]}});
  out["environment"] = json_object(d.environment);
  out["facts"] = json_object(d.facts);
  out["tags"] = d.tags;
  out["notes"] = Json::array();
  for (const auto& note : d.notes) out["notes"].push_back({{"time", note.time}, {"text", note.text}});
  out["examples"] = Json::array();
  for (const auto& e : d.examples) {
    out["examples"].push_back({{"split", e.split},
                               {"number", e.number},
                               {"source", e.source},
                               {"prediction", e.prediction},
                               {"reference", e.reference},
                               {"score", json_number(e.score)}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string block(const std::string& title, const Pairs& pairs) {
  if (pairs.empty()) return "";
  int width = 0;
  for (const auto& [key, value] : pairs) width = std::max(width, display_width(key));
  std::string out = title.empty() ? "" : '\n' + title + '\n';
  const std::string indent(static_cast<std::size_t>(std::min(width + 4, 30)), ' ');
  for (const auto& [key, value] : pairs) {
    out += folded("  " + padded(key, width) + "  " + cell_text(value), terminal_width(STDOUT_FILENO), indent) + '\n';
  }
  return out;
}

std::string as_text(const RunDetails& d) {
  std::string out = fmt::format("run #{}, seed {}\n", d.id, d.seed);
  for (const auto& [name, label] : d.experiments) {
    const std::string line = label.empty() ? "  first asked for by " + name : fmt::format("  {} in {}", label, name);
    out += folded(line, terminal_width(STDOUT_FILENO), "    ") + '\n';
  }
  if (!d.tags.empty()) out += fmt::format("  tags: {}\n", fmt::join(d.tags, ", "));
  out += '\n' + block("", d.facts_of_run);

  Pairs notes;
  for (const auto& note : d.notes) notes.emplace_back(note.time.substr(0, 16), note.text);
  out += block("notes", notes);

  Pairs results;
  for (const auto& r : d.results) {
    results.emplace_back(fmt::format("{} {}", r.metric, r.which), fmt::format("{:<10.6g} epoch {}", r.value, r.epoch));
  }
  out += block("results", results);

  Pairs settings;
  for (const auto& [key, value] : d.settings) settings.emplace_back(key, to_text(value));
  out += block("settings", settings);

  Pairs plugins;
  for (const auto& p : d.plugins) plugins.emplace_back(p[0], fmt::format("{}  {}", p[1].substr(0, 12), p[2]));
  out += block("plugins", plugins);
  out += block("environment", d.environment);
  out += block("facts", d.facts);

  if (!d.examples.empty()) out += fmt::format("\nexamples ({} of {})\n", d.examples.size(), d.example_count);
  for (const auto& e : d.examples) {
    out += fmt::format("  {} {}, score {:.4g}\n", e.split, e.number, e.score);
    for (const auto& [name, text] : Pairs{{"source", e.source}, {"prediction", e.prediction}, {"reference", e.reference}}) {
      out += folded("    " + padded(name, 10) + "  " + cell_text(text), terminal_width(STDOUT_FILENO), "                ") +
             '\n';
    }
  }
  return out;
}

/// What is to be said of the data of a run: whether they are still what the run saw. "" where they are.
std::string data_remark(const RunDetails& d) {
  const auto recorded = d.settings.find(std::string(kDataContent));
  if (recorded == d.settings.end()) return "";
  try {
    const std::string folder = std::filesystem::path(d.file).parent_path().string();
    const DataContent now = chosen_task(d.settings).check(settings_below(d.settings, "data."), folder);
    if (now.identity == to_text(recorded->second)) return "";
    return fmt::format("the data are no longer those that run #{} was trained on: their content has changed since", d.id);
  } catch (const Error& error) {
    return fmt::format("the data that run #{} was trained on cannot be read now: {}", d.id, error.what());
  }
}

/// The new experiment has a name of its own: under the old name it would replace the old plan.
std::string as_toml(const RunDetails& d, const std::string& remark) {
  const std::string name = d.experiments.empty() ? "run" : d.experiments.front().first;
  RunToml toml{fmt::format("{}-run-{}", name, d.id), d.metric, d.settings, d.seed,
               fmt::format("Repeats run #{} of {}.", d.id, name)};
  if (const auto metric = d.settings.find(std::string(kMetricSetting)); metric != d.settings.end())
    toml.metric = to_text(metric->second);
  for (const auto& [key, value] : d.facts) {
    if (key == "threads") toml.threads = std::strtoll(value.c_str(), nullptr, 10);
  }
  const auto source = d.settings.find("data.source");
  const bool files = source != d.settings.end() && source->second == OptionValue(std::string("files"));
  if (files && !d.file.empty()) {
    toml.comment += fmt::format("\nKeep it in {}: names of data files start there.",
                                std::filesystem::path(d.file).parent_path().string());
  }
  if (!remark.empty()) toml.comment += "\nBut " + remark.substr(0, remark.find('\n')) + '.';
  return to_toml(toml);
}

void add_options(po::options_description& options) {
  options.add_options()("toml", "print an experiment file that repeats the run")(
      "experiment", po::value<std::string>()->value_name("NAME"),
      "where @best and @last look; default: the experiment worked on last");
}

int show(const Command& command, const std::vector<std::string>& arguments, const Globals& globals) {
  const auto given = parse_arguments(arguments, command);
  if (!given) return 0;
  const auto database = open_for_reading(globals.database);
  const RunDetails details = read_details(*database, find_run(*database, given->positional[0], given->text("experiment")));
  if (given->has("toml")) {
    const std::string remark = data_remark(details);
    if (!remark.empty()) std::cerr << "warning: " << remark << std::endl;
    std::cout << as_toml(details, remark) << std::flush;
  } else {
    std::cout << (globals.json ? as_json(details) : as_text(details)) << std::flush;
  }
  return 0;
}

}  // namespace

Command show_command() {
  Command command{"show",
                  "one run: settings, state, results, plugins, environment, examples",
                  "show RUN|@last|@best [--experiment NAME] [--toml]",
                  {},
                  add_options,
                  {1, 1, "RUN"}};
  command.run = [command](const auto& arguments, const auto& globals) { return show(command, arguments, globals); };
  return command;
}

}  // namespace seqlab
