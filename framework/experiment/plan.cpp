#include "experiment/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "core/error.h"
#include "core/file_hash.h"
#include "core/sha256.h"
#include "core/version.h"
#include "experiment/environment.h"
#include "experiment/idle_settings.h"
#include "experiment/resolve.h"
#include "experiment/selection.h"
#include "experiment/task.h"
#include "experiment/train_options.h"
#include "experiment/validate.h"
#include "experiment/variant_label.h"
#include "metrics/metric.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRuns = 100000;

/// What is known of an experiment once all its layers have been judged.
struct Judged {
  OptionValues values;  // of the files and --set, under full names
  Sweep sweep;
};

const FlatEntry* strongest(const std::vector<FlatEntry>& entries, std::string_view name) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const FlatEntry& e) { return e.name == name; });
  return found == entries.rend() ? nullptr : &*found;
}

/// The strings that a key may take: the values of its factor, else its assignment, and those of [[add]]; with the place of
/// each.
struct Mention {
  std::string text;
  Place place;
  const SourceText* source;
};
std::vector<Mention> mentions_of(const ExperimentLayers& layers, const std::string& name) {
  std::vector<Mention> mentions;
  const auto add = [&](const FlatEntry& entry, const TomlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.data))
      mentions.push_back({*text, value.place, entry.source.get()});
  };
  const auto add_all = [&](const FlatEntry& entry) {
    if (const auto* list = std::get_if<TomlList>(&entry.value.data)) {
      for (const TomlValue& value : *list) add(entry, value);
    } else {
      add(entry, entry.value);
    }
  };
  for (const SweepTable& table : layers.add) {
    if (const FlatEntry* entry = strongest(table.entries, name)) add_all(*entry);
  }
  if (const FlatEntry* factor = strongest(layers.factors, name)) {
    add_all(*factor);
  } else if (const FlatEntry* entry = strongest(layers.assignments, name)) {
    add(*entry, entry->value);
  }
  return mentions;
}

void check_name(const ExperimentLayers& layers, Validator& validator) {
  const SourceText& file = *layers.documents.front().source;
  const FlatEntry* entry = strongest(layers.assignments, "name");
  if (entry == nullptr) {
    validator.report(file, {}, ErrorCode::missing_key, "the experiment has no name",
                     "add a line such as name = \"my-experiment\"");
    return;
  }
  const auto* name = std::get_if<std::string>(&entry->value.data);
  if (name == nullptr) return;  // reported as a wrong type
  const bool plain = !name->empty() && std::ranges::all_of(*name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
  if (!plain) {
    validator.report(*entry->source, entry->value.place, ErrorCode::bad_name,
                     fmt::format("'{}' cannot be an experiment's name", *name), "use letters, digits, '_', '.' and '-'");
  }
}

/// Which slots must be filled and whether the models fit the task: what no single value can tell.
void check_models(const ExperimentLayers& layers, const Judged& judged, const Registry& registry, Validator& validator) {
  if (strongest(layers.assignments, "parts.model") == nullptr && strongest(layers.factors, "parts.model") == nullptr) {
    validator.report(
        *layers.documents.front().source, {}, ErrorCode::missing_key, "no model is chosen",
        fmt::format("add model = \"...\" to [parts]; installed: {}", fmt::join(registry.names(Kind::model), ", ")));
    return;
  }
  OptionValues named = judged.values;
  for (const FlatEntry& entry : layers.assignments) {
    if (entry.name.starts_with("parts.")) named.try_emplace(entry.name, std::string("?"));  // even where its value is wrong
  }
  for (const FlatEntry& entry : layers.factors) {
    if (entry.name.starts_with("parts.")) named[entry.name] = std::string("?");
  }
  // A misspelt slot is reported by its own key: what it leaves empty would only hide that.
  const bool misspelt = std::ranges::any_of(layers.assignments, [&](const FlatEntry& entry) {
    const auto [head, slot] =
        std::pair(entry.name.substr(0, 6), entry.name.substr(std::min<std::size_t>(6, entry.name.size())));
    if (head != "parts." || slot == "model") return false;
    return std::ranges::none_of(registry.names(Kind::model), [&](const std::string& model) {
      return std::ranges::find(registry.get(Kind::model, model).slots, slot, &Slot::name) !=
             registry.get(Kind::model, model).slots.end();
    });
  });
  const std::string& task = chosen_task(judged.values).name;
  for (const Mention& mention : mentions_of(layers, "parts.model")) {
    const Component* model = registry.find(Kind::model, mention.text);
    if (model == nullptr) continue;
    if (std::ranges::find(model->tasks, task) == model->tasks.end()) {
      validator.report(*mention.source, mention.place, ErrorCode::unfit_model,
                       fmt::format("model '{}' does not fit task '{}'", model->name, task),
                       fmt::format("it fits: {}", fmt::join(model->tasks, ", ")));
    }
    for (const Slot& slot : model->slots) {
      if (const std::string name = slot_filling(*model, slot, named);
          !misspelt && (name.empty() || (name == "none" && !slot.optional))) {
        validator.report(*mention.source, mention.place, ErrorCode::empty_slot,
                         fmt::format("slot '{}' of model '{}' is not filled", slot.name, model->name),
                         fmt::format("add {} = \"...\" to [parts]; installed: {}", slot.name,
                                     fmt::join(registry.names(slot.kind), ", ")));
      }
    }
  }
}

/// [data] as it stands without the sweep, contradictions and all: the expansion tells those with their place.
OptionValues data_values(const Task& task, const OptionValues& values) {
  OptionValues all = task.data->defaults();
  for (const auto& [name, value] : settings_below(values, "data.")) all[name] = value;
  return all;
}

/// The experiment's metric and its direction, from the file or by the task.
void choose_metric(const ExperimentLayers& layers, const Judged& judged, Validator& validator,
                   ExperimentRecord& experiment) {
  const Task& task = chosen_task(judged.values);
  experiment.task = task.name;
  const auto given = judged.values.find("metric");
  experiment.metric =
      given == judged.values.end() ? task.default_metric(data_values(task, judged.values)) : to_text(given->second);
  if (experiment.metric.find('/') == std::string::npos) experiment.metric = "valid/" + experiment.metric;
  const FlatEntry* entry = strongest(layers.assignments, "metric");
  const auto refuse = [&](std::string message, std::string label) {
    expect(entry != nullptr, fmt::format("default metric of task '{}': {}", experiment.task, message));
    validator.report(*entry->source, entry->value.place, ErrorCode::bad_metric, std::move(message), std::move(label));
  };
  try {
    experiment.maximize = find_metric(experiment.task, experiment.metric).direction == Direction::maximum;
  } catch (const UserError& error) {
    refuse(error.what(), "");
    return;
  }
  if (experiment.metric.starts_with("test/")) {
    refuse("the best epoch cannot be chosen on the test split",
           fmt::format("write \"valid/{}\"; test results are stored all the same", experiment.metric.substr(5)));
  }
}

/// What no single value of [train] can tell, told with the other errors: without a sweep over its keys.
void check_training(const ExperimentLayers& layers, const Judged& judged, Validator& validator) {
  OptionValues given = settings_below(judged.values, "train.");
  const auto swept = [](const FlatEntry& entry) { return entry.name.starts_with("train."); };
  if (std::ranges::any_of(layers.factors, swept) || validator.diagnostics().empty()) return;  // the expansion tells
  try {
    check_train_options(train_schema().read(given), chosen_task(judged.values).name);
  } catch (const OptionError& error) {
    const std::string name = error.option.starts_with("train.") ? error.option : "train." + error.option;
    if (const FlatEntry* entry = strongest(layers.assignments, name))
      validator.report(*entry->source, entry->value.place, ErrorCode::refused_value, error.what());
  }
}

Judged judge(const ExperimentLayers& layers, const Registry& registry, Validator& validator) {
  std::vector<const Component*> models;
  for (const Mention& mention : mentions_of(layers, "parts.model")) {
    if (const Component* model = registry.find(Kind::model, mention.text)) models.push_back(model);
  }
  validator.set_models(models);
  if (const FlatEntry* chosen = strongest(layers.assignments, "data.task")) {
    const auto* name = std::get_if<std::string>(&chosen->value.data);
    if (const Task* task = name == nullptr ? nullptr : find_task(*name)) validator.set_task(*task);
  }
  Judged judged;
  for (const FlatEntry& entry : layers.assignments) {
    if (entry.name == "base") continue;  // read already
    if (auto value = validator.check(entry)) judged.values[entry.name] = std::move(*value);
  }
  judged.sweep = judge_sweep(layers, validator);
  return judged;
}

bool is_empty_table(const FlatEntry& entry) { return std::holds_alternative<TomlTable>(entry.value.data); }

std::vector<PluginFile> plugin_files(const std::vector<const Component*>& components) {
  std::vector<PluginFile> files;
  for (const Component* component : components) {
    const std::string hash = component->file.empty() ? "" : file_hash(component->file);
    files.push_back({component->file, std::string(kind_name(component->kind)), component->name, hash});
  }
  return files;
}

/// Of which plugins of the plan there are two files: who drops in a second one of a name should know which one counts.
std::vector<std::string> doubled_plugins(const Plan& plan, const Registry& registry) {
  std::map<std::string, std::string> used;  // file by part
  for (const PlannedRun& run : plan.runs) {
    for (const PluginFile& file : run.request.plugins) used.emplace(fmt::format("{}/{}", file.kind, file.name), file.path);
  }
  std::vector<std::string> notes;
  for (const PluginRecord& record : registry.records()) {
    const auto part = used.find(record.duplicate);
    if (part == used.end()) continue;
    notes.push_back(
        fmt::format("{} is that of {}; {} provides one too, which is not used", part->first, part->second, record.file));
  }
  return notes;
}

/// Turns combinations of factors into the runs of a plan.
class Expansion {
 public:
  Expansion(const ExperimentLayers& layers, const Judged& judged, const Registry& registry, Validator& validator, Plan& plan)
      : layers_(layers), judged_(judged), registry_(registry), validator_(validator), plan_(plan) {
    folder_ = fs::absolute(fs::path(layers.documents.front().source->name)).parent_path().lexically_normal().string();
  }

  void expand(bool rebuild_too) {
    const Sweep& sweep = judged_.sweep;
    if (rebuild_too) build_ = framework_build();
    plan_.combinations = sweep.product();
    if (plan_.combinations > kMostRuns) {
      const FlatEntry& last = layers_.factors.back();
      validator_.report(*last.source, last.key_place(), ErrorCode::bad_grid, "the grid has too many combinations",
                        fmt::format("at most {} runs per experiment", kMostRuns));
      return;
    }
    std::vector<OptionValues> grid = combinations(sweep);
    exclude(grid);
    for (const OptionValues& combination : grid) add_run(combination);
    for (const Pattern& add : sweep.add) add_combination(add);
    check_use();
  }

 private:
  void exclude(std::vector<OptionValues>& grid) {
    // What the command line sweeps instead may have nothing to leave out.
    const bool altered = std::ranges::any_of(layers_.factors, from_command_line);
    for (const Pattern& pattern : judged_.sweep.exclude) {
      if (altered) break;
      const auto hit = [&](const OptionValues& combination) { return matches(pattern, combination); };
      if (std::ranges::any_of(grid, hit)) continue;
      validator_.report(*pattern.table->source, pattern.table->place, ErrorCode::bad_exclude,
                        "this [[exclude]] leaves out nothing", "no combination of the sweep has these values together");
    }
    plan_.left_out = std::erase_if(grid, [&](const OptionValues& combination) {
      return std::ranges::any_of(judged_.sweep.exclude, [&](const Pattern& p) { return matches(p, combination); });
    });
    if (!grid.empty() || !judged_.sweep.add.empty()) return;
    const SweepTable& table = *judged_.sweep.exclude.back().table;
    validator_.report(*table.source, table.place, ErrorCode::bad_exclude, "every combination is left out",
                      "nothing would be run");
  }

  void add_combination(const Pattern& add) {
    const auto refuse = [&](std::string message, std::string label) {
      validator_.report(*add.table->source, add.table->place, ErrorCode::bad_add, std::move(message), std::move(label));
    };
    std::size_t made = 0;
    try {
      for (const OptionValues& combination : combinations_of(add, judged_.sweep)) made += add_run(combination) ? 1 : 0;
    } catch (const UserError& error) {
      refuse(fmt::format("this [[add]] is no whole combination: {}", error.what()),
             "name the missing part in it, or in [parts]");
      return;
    }
    plan_.added += made;
    // --set may make two combinations equal; in the file alone it is a mistake.
    const bool altered = std::ranges::any_of(layers_.assignments, from_command_line) ||
                         std::ranges::any_of(layers_.factors, from_command_line);
    if (made == 0 && !altered) refuse("this [[add]] adds nothing", "the plan has this combination already");
  }

  /// False where another combination comes to the same settings and seed.
  bool add_run(const OptionValues& combination) {
    std::int64_t seed = 1;
    if (const auto swept = combination.find("seed"); swept != combination.end())
      seed = std::get<std::int64_t>(swept->second);
    OptionValues given = judged_.values;
    for (const auto& [name, value] : combination) given[name] = value;
    Resolved resolved;
    try {
      resolved = resolve(given, registry_);
    } catch (const OptionError& error) {
      report(error);
      return false;
    }
    // The best epoch is chosen by it, and so are early stopping and schedules that watch a metric.
    resolved.settings[std::string(kMetricSetting)] = plan_.experiment.metric;
    for (const Factor& factor : judged_.sweep.factors) {
      if (factor.name != "seed" && resolved.settings.contains(factor.name)) used_.insert(factor.name);
    }
    if (!seen_.emplace(resolved.settings, seed).second) {
      ++plan_.equal;
      return false;
    }
    PlannedRun run;
    run.request.variant.settings = resolved.settings;
    run.request.variant.label = variant_label(plan_.experiment.factors, resolved.settings);
    if (run.request.variant.label.empty()) run.request.variant.label = plan_.experiment.name;
    run.request.seed = seed;
    run.request.plugins = plugin_files(resolved.components);
    run.request.code_identity = code_identity(run.request.plugins, build_);
    run.spec.experiment = plan_.experiment.name;
    run.spec.folder = folder_;
    run.spec.metric = plan_.experiment.metric;
    run.spec.settings = std::move(resolved.settings);
    run.spec.seed = seed;
    run.spec.threads = plan_.run_options.threads;
    run.spec.keep_examples = plan_.run_options.keep_examples;
    run.spec.checkpoint_every = plan_.run_options.checkpoint_every;
    for (const PluginFile& file : run.request.plugins) {
      if (file.path.empty() || !run.spec.content.emplace(file.path, file.content_hash).second) continue;
      run.spec.plugin_files.push_back(file.path);
    }
    plan_.experiment.planned.push_back({factors_of(run), seed, run.request.variant.label});
    plan_.runs.push_back(std::move(run));
    return true;
  }

  /// Once for each place and message, however many combinations meet it.
  void report(const OptionError& error) {
    const FlatEntry* entry = strongest(layers_.factors, error.option);
    if (entry == nullptr) entry = strongest(layers_.assignments, error.option);
    if (!refused_.insert(error.what()).second) return;
    const SourceText& source = entry == nullptr ? *layers_.documents.front().source : *entry->source;
    validator_.report(source, entry == nullptr ? Place{} : entry->value.place, ErrorCode::refused_value, error.what());
  }

  [[nodiscard]] OptionValues factors_of(const PlannedRun& run) const {
    OptionValues factors;
    for (const std::string& name : plan_.experiment.factors) {
      const auto setting = run.spec.settings.find(name);
      if (setting != run.spec.settings.end()) factors.insert(*setting);
    }
    return factors;
  }

  void check_use() {
    if (plan_.runs.empty() || !refused_.empty()) return;  // reported
    for (const Factor& factor : judged_.sweep.factors) {
      if (factor.name == "seed" || used_.contains(factor.name)) continue;
      const FlatEntry* entry = strongest(layers_.factors, factor.name);
      for (const SweepTable& table : layers_.add) {
        if (entry == nullptr) entry = strongest(table.entries, factor.name);
      }
      validator_.report(*entry->source, entry->key_place(), ErrorCode::bad_grid,
                        fmt::format("no run uses '{}'", factor.name), "its plugin is not chosen in [parts] or [grid]");
    }
    check_attention();
  }

  /// A key of [attention] that changes no run is refused, unless a base file says it: that serves others too.
  void check_attention() {
    constexpr std::string_view kTable = "attention.";
    for (const FlatEntry& entry : layers_.assignments) {
      if (!entry.name.starts_with(kTable) || entry.name.find('.', kTable.size()) != std::string::npos) continue;
      if (entry.source != layers_.documents.front().source && !from_command_line(entry)) continue;
      const bool used =
          std::ranges::any_of(plan_.runs, [&](const PlannedRun& run) { return run.spec.settings.contains(entry.name); });
      if (used || is_empty_table(entry)) continue;
      validator_.report(*entry.source, entry.key_place(), ErrorCode::refused_value,
                        fmt::format("no run uses '{}'", entry.name),
                        entry.name == "attention.width"       ? "only the windows local_m and local_p have a width"
                        : entry.name == "attention.monotonic" ? "only the window local_p can be monotonic"
                                                              : "no run has an attention score");
    }
  }

  const ExperimentLayers& layers_;
  const Judged& judged_;
  const Registry& registry_;
  Validator& validator_;
  Plan& plan_;
  std::string folder_;
  std::string build_;
  std::set<std::string> used_;
  std::set<std::string> refused_;  // messages
  std::set<std::pair<OptionValues, std::int64_t>> seen_;
};

}  // namespace

std::string code_identity(const std::vector<PluginFile>& plugins, const std::string& build) {
  std::set<std::string> contents;
  for (const PluginFile& plugin : plugins) contents.insert(plugin.content_hash);
  const std::string code = sha256(fmt::format("seqlab {}\n{}\n", framework_version(), fmt::join(contents, "\n")));
  return build.empty() ? code : code + "+" + build;
}

Plan make_plan(const PlanRequest& request, const Registry& registry) {
  const ExperimentLayers layers = read_layers(request);
  Validator validator(registry);
  const Judged judged = judge(layers, registry, validator);
  check_name(layers, validator);
  check_models(layers, judged, registry, validator);

  Plan plan;
  for (const Mention& mention : mentions_of(layers, "parts.model")) {
    plan.model_places.try_emplace(mention.text,
                                  diagnostic_at(*mention.source, mention.place, ErrorCode::unfit_parts, "", ""));
  }
  for (const auto* entries : {&layers.factors, &layers.assignments}) {
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {  // the strongest stands last
      plan.setting_places.try_emplace(entry->name,
                                      diagnostic_at(*entry->source, entry->value.place, ErrorCode::unfit_parts, "", ""));
    }
  }
  ExperimentRecord& experiment = plan.experiment;
  choose_metric(layers, judged, validator, experiment);
  check_training(layers, judged, validator);
  validator.throw_if_any();

  experiment.name = to_text(judged.values.at("name"));
  experiment.file = fs::absolute(request.file).lexically_normal().string();
  for (const Document& document : layers.documents) {
    if (!experiment.text.empty()) experiment.text += fmt::format("\n# ---- base: {}\n", document.source->name);
    experiment.text += document.source->text;
  }
  for (const Factor& factor : judged.sweep.factors) {
    if (factor.name != "seed") experiment.factors.push_back(factor.name);
  }
  plan.axes = axis_counts(judged.sweep);
  for (const Axis& axis : judged.sweep.axes) {
    const bool seeds =
        std::ranges::any_of(axis.factors, [&](std::size_t i) { return judged.sweep.factors[i].name == "seed"; });
    if (seeds) plan.seeds = axis.factors.size() == 1 ? axis.size : 0;
  }
  experiment.environment = environment_facts(fs::absolute(request.file).parent_path().string());
  plan.run_options = run_schema().read(settings_below(judged.values, "run."));
  Expansion(layers, judged, registry, validator, plan).expand(request.rebuild_too);
  validator.throw_if_any();
  plan.notes = doubled_plugins(plan, registry);
  std::ranges::move(idle_settings(layers, plan, registry), std::back_inserter(plan.notes));
  select_runs(request, plan);
  return plan;
}

std::string plan_line(const Plan& plan) {
  std::vector<std::string> products;
  for (const AxisCount& axis : plan.axes) products.push_back(fmt::format("{} {}", axis.values, axis.name));
  if (plan.seeds > 0 && (!plan.axes.empty() || plan.seeds > 1))
    products.push_back(fmt::format("{} seed{}", plan.seeds, plan.seeds == 1 ? "" : "s"));
  std::string sum = fmt::format("{}", fmt::join(products, " x "));
  if (plan.left_out > 0) sum += fmt::format(" - {} excluded", plan.left_out);
  if (plan.added > 0) sum += fmt::format("{} + {} added", sum.empty() ? "1" : "", plan.added);
  const std::size_t runs = plan.runs.size() + plan.excluded;
  std::string text =
      fmt::format("{}   {}{}{} run{}", plan.experiment.name, sum, sum.empty() ? "" : " = ", runs, runs == 1 ? "" : "s");
  if (plan.equal > 0) text += fmt::format(" ({} that differ only in unused options are left out)", plan.equal);
  if (plan.excluded > 0) text += fmt::format(", {} chosen by --only", plan.runs.size());
  return text + fmt::format("   metric {} ({})", plan.experiment.metric, plan.experiment.maximize ? "max" : "min");
}

}  // namespace seqlab
