#include "experiment/task.h"

#include <algorithm>
#include <vector>

#include "data/classify_task.h"
#include "data/forecast_task.h"
#include "data/language_task.h"
#include "data/tag_task.h"
#include "data/translate_task.h"
#include "experiment/classify_run.h"
#include "experiment/forecast_run.h"
#include "experiment/language_run.h"
#include "experiment/tag_run.h"
#include "experiment/translate_run.h"

namespace seqlab {
namespace {

template <class Run>
std::unique_ptr<TaskRun> run_of(const RunSpec& spec, const Registry& registry) {
  return std::make_unique<Run>(spec, registry);
}

/// A task whose options are `Options`, read by `load` and told apart by data_content().
template <class Options, class Run, Schema<Options> schema(), auto load>
Task task(std::string (*default_metric)(const OptionValues&)) {
  const auto check = [](const OptionValues& data, const std::string& folder) {
    const Options options = schema().read(data);
    const auto data_read = load(options, folder);
    DataContent content = data_content(options, folder);
    if constexpr (requires { data_read.width; }) content.features = data_read.width;
    return content;
  };
  const auto table = std::make_shared<const Schema<Options>>(schema());
  return {std::get<std::string>(table->find("task")->default_value), table, default_metric, check, run_of<Run>};
}

std::string translate_metric(const OptionValues& data) {
  TranslateOptions options;  // of values that may contradict each other yet
  options.source = std::get<std::string>(data.at("source"));
  options.format = std::get<std::string>(data.at("format"));
  if (reads_trees(options)) return "valid/bracket_f1";
  return std::get<std::string>(data.at("tokens")) == "character" ? "valid/exact" : "valid/bleu";
}

std::string accuracy_metric(const OptionValues& /*data*/) { return "valid/accuracy"; }
std::string error_metric(const OptionValues& /*data*/) { return "valid/mase"; }
std::string perplexity_metric(const OptionValues& data) {
  return to_text(data.at("tokens")) == "character" ? "valid/loss" : "valid/perplexity";
}

}  // namespace

std::span<const Task> tasks() {
  static const std::vector<Task> all = {
      task<TranslateOptions, TranslateRun, translate_schema, load_translate_data>(translate_metric),
      task<ClassifyOptions, ClassifyRun, classify_schema, load_classify_data>(accuracy_metric),
      task<TagOptions, TagRun, tag_schema, load_tag_data>(accuracy_metric),
      task<ForecastOptions, ForecastRun, forecast_schema, load_forecast_data>(error_metric),
      task<LanguageOptions, LanguageRun, language_schema, load_language_data>(perplexity_metric),
  };
  return all;
}

const Task* find_task(std::string_view name) {
  const auto found = std::ranges::find(tasks(), name, &Task::name);
  return found == tasks().end() ? nullptr : &*found;
}

const Task& chosen_task(const OptionValues& settings) {
  const auto given = settings.find("data.task");
  const Task* task = given == settings.end() ? nullptr : find_task(to_text(given->second));
  return task == nullptr ? tasks().front() : *task;
}

std::unique_ptr<TaskRun> make_task_run(const RunSpec& spec, const Registry& registry) {
  return chosen_task(spec.settings).make_run(spec, registry);
}

}  // namespace seqlab
