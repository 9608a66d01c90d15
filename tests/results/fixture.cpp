#include "fixture.h"

#include <unistd.h>

#include <random>

namespace seqlab::test {

Folder::Folder() {
  std::random_device device;
  path_ = std::filesystem::temp_directory_path() /
          ("seqlab-test-" + std::to_string(::getpid()) + "-" + std::to_string(device()));
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

ExperimentRecord scores_experiment() {
  ExperimentRecord record;
  record.name = "scores";
  record.file = "/experiments/scores.toml";
  record.text = "name = \"scores\"\n";
  record.task = "translate";
  record.metric = "valid/exact";
  record.maximize = true;
  record.factors = {"parts.attention", "parts.cell"};
  record.environment = {{"compiler", "g++"}, {"cpu", "a processor"}};
  return record;
}

RunRequest request(const std::string& attention, const std::string& cell, std::int64_t seed, const OptionValues& more,
                   const std::string& code) {
  RunRequest out;
  out.variant.settings = {{"data.source", std::string("dates")},
                          {"parts.attention", attention},
                          {"parts.cell", cell},
                          {"train.epochs", std::int64_t{20}},
                          {"train.optimizer.rate", 2e-3}};
  for (const auto& [key, value] : more) out.variant.settings[key] = value;
  out.variant.label = attention + "/" + cell;
  out.seed = seed;
  out.code_identity = code;
  out.plugins = {{"/plugins/" + cell + ".so", "cell", cell, "hash of " + cell}};
  return out;
}

std::vector<RunRequest> grid(const std::vector<std::string>& attentions, const std::vector<std::string>& cells,
                             std::int64_t seeds) {
  std::vector<RunRequest> out;
  for (const auto& attention : attentions) {
    for (const auto& cell : cells) {
      for (std::int64_t seed = 1; seed <= seeds; ++seed) out.push_back(request(attention, cell, seed));
    }
  }
  return out;
}

void finish_with(Store& store, std::int64_t run, double value, const std::string& metric) {
  if (!store.claim(run, ::getpid(), "run.log")) return;
  store.record(run, ResultEvent{metric, "best", 3, value});
  store.record(run, ResultEvent{metric, "last", 4, value - 0.5});
  store.record(run, DoneEvent{2.0, 1.5});
  store.finish(run, RunState::done, "", 2.5);
}

std::string ask(Database& database, const std::string& sql) {
  Statement query = database.prepare(sql);
  if (!query.step() || query.is_null(0)) return "NULL";
  return query.text(0);
}

ComparedVariant variant(const std::vector<TableCell>& cells, const Values& values) {
  ComparedVariant out;
  out.cells = cells;
  for (const auto& cell : cells) out.values.push_back(std::holds_alternative<std::monostate>(cell) ? "-" : raw_text(cell));
  std::vector<double> known;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto seed = static_cast<std::int64_t>(i + 1);
    out.runs.push_back({seed * 10, seed, values[i] ? RunState::done : RunState::queued, "", values[i]});
    if (values[i]) known.push_back(*values[i]);
  }
  out.summary = summarize(known);
  return out;
}

TableCell word(const std::string& text) { return text; }

Comparison comparison(const std::vector<std::string>& names, std::vector<ComparedVariant> variants) {
  Comparison out;
  out.experiment = "scores";
  out.metric = "valid/exact";
  out.which = "best";
  out.maximize = true;
  for (const auto& name : names) out.factors.push_back("parts." + name);
  out.names = names;
  out.variants = std::move(variants);
  return out;
}

}  // namespace seqlab::test
