#include "experiment/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "core/sha256.h"
#include "core/suggest.h"
#include "core/version.h"
#include "data/translate_task.h"
#include "experiment/environment.h"
#include "experiment/resolve.h"
#include "experiment/validate.h"
#include "metrics/metric.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRuns = 100000;

/// What is known of an experiment once all its layers have been judged.
struct Judged {
  OptionValues values;          // of the files and --set, under full names
  std::vector<Factor> factors;  // the seed is one of them where it is swept
};

const FlatEntry* strongest(const std::vector<FlatEntry>& entries, std::string_view name) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const FlatEntry& e) { return e.name == name; });
  return found == entries.rend() ? nullptr : &*found;
}

/// The strings that a key may take: the values of its factor, else its assignment; with the place of each.
struct Mention {
  std::string text;
  Place place;
  const SourceText* source;
};
std::vector<Mention> mentions_of(const Layers& layers, const std::string& name) {
  std::vector<Mention> mentions;
  const auto add = [&](const FlatEntry& entry, const TomlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.data))
      mentions.push_back({*text, value.place, entry.source.get()});
  };
  if (const FlatEntry* factor = strongest(layers.factors, name)) {
    if (const auto* list = std::get_if<TomlList>(&factor->value.data)) {
      for (const TomlValue& value : *list) add(*factor, value);
      return mentions;
    }
  }
  if (const FlatEntry* entry = strongest(layers.assignments, name)) add(*entry, entry->value);
  return mentions;
}

void check_name(const Layers& layers, Validator& validator) {
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
void check_models(const Layers& layers, const Judged& judged, const Registry& registry, Validator& validator) {
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
  const OptionTable data = translate_schema();
  const auto given_task = judged.values.find("data.task");
  const std::string task =
      to_text(given_task == judged.values.end() ? data.find("task")->default_value : given_task->second);
  for (const Mention& mention : mentions_of(layers, "parts.model")) {
    const Component* model = registry.find(Kind::model, mention.text);
    if (model == nullptr) continue;
    if (std::ranges::find(model->tasks, task) == model->tasks.end()) {
      validator.report(*mention.source, mention.place, ErrorCode::unfit_model,
                       fmt::format("model '{}' does not fit task '{}'", model->name, task),
                       fmt::format("it fits: {}", fmt::join(model->tasks, ", ")));
    }
    for (const Slot& slot : model->slots) {
      if (const std::string name = slot_filling(*model, slot, named); name.empty() || (name == "none" && !slot.optional)) {
        validator.report(*mention.source, mention.place, ErrorCode::empty_slot,
                         fmt::format("slot '{}' of model '{}' is not filled", slot.name, model->name),
                         fmt::format("add {} = \"...\" to [parts]; installed: {}", slot.name,
                                     fmt::join(registry.names(slot.kind), ", ")));
      }
    }
  }
}

/// The experiment's metric and its direction, from the file or by the task.
void choose_metric(const Layers& layers, const Judged& judged, Validator& validator, ExperimentRecord& experiment) {
  const OptionTable schema = translate_schema();
  const auto setting = [&](const std::string& name) {
    const auto given = judged.values.find("data." + name);
    return to_text(given == judged.values.end() ? schema.find(name)->default_value : given->second);
  };
  experiment.task = setting("task");
  const auto given = judged.values.find("metric");
  const bool characters = setting("tokens") == "character";
  experiment.metric = given == judged.values.end() ? (characters ? "valid/exact" : "valid/bleu") : to_text(given->second);
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

Judged judge(const Layers& layers, const Registry& registry, Validator& validator) {
  std::vector<const Component*> models;
  for (const Mention& mention : mentions_of(layers, "parts.model")) {
    if (const Component* model = registry.find(Kind::model, mention.text)) models.push_back(model);
  }
  validator.set_models(models);
  Judged judged;
  for (const FlatEntry& entry : layers.assignments) {
    if (entry.name == "base") continue;  // read already
    if (auto value = validator.check(entry)) judged.values[entry.name] = std::move(*value);
  }
  for (const FlatEntry& entry : layers.factors) {
    if (auto factor = validator.check_factor(entry)) judged.factors.push_back(std::move(*factor));
  }
  return judged;
}

std::vector<PluginFile> plugin_files(const std::vector<const Component*>& components,
                                     std::map<std::string, std::string>& hashes) {
  std::vector<PluginFile> files;
  for (const Component* component : components) {
    auto hash = hashes.find(component->file);
    if (hash == hashes.end()) {
      hash = hashes.emplace(component->file, component->file.empty() ? "" : sha256_of_file(component->file)).first;
    }
    files.push_back({component->file, std::string(kind_name(component->kind)), component->name, hash->second});
  }
  return files;
}

std::vector<FactorCount> short_names(const std::vector<Factor>& factors) {
  std::vector<FactorCount> counts;
  std::map<std::string, int> uses;
  const auto last = [](const std::string& name) { return name.substr(name.rfind('.') + 1); };
  for (const Factor& factor : factors) ++uses[last(factor.name)];
  for (const Factor& factor : factors) {
    if (factor.name == "seed") continue;
    counts.push_back({uses[last(factor.name)] == 1 ? last(factor.name) : factor.name, factor.values.size()});
  }
  return counts;
}

/// Every combination of the factors' values, the first factor slowest.
std::vector<OptionValues> combinations(const std::vector<Factor>& factors) {
  std::vector<OptionValues> all = {{}};
  for (const Factor& factor : factors) {
    std::vector<OptionValues> next;
    next.reserve(all.size() * factor.values.size());
    for (const OptionValues& combination : all) {
      for (const OptionValue& value : factor.values) {
        next.push_back(combination);
        next.back()[factor.name] = value;
      }
    }
    all = std::move(next);
  }
  return all;
}

/// --only K=A,B: the key's full name and the texts it may have.
struct Filter {
  std::string text;
  std::string name;
  std::vector<std::string> values;
};

std::vector<Filter> filters_of(const PlanRequest& request, const std::vector<PlannedRun>& runs) {
  std::vector<Filter> filters;
  for (const std::string& text : request.only) {
    const auto [key, values] = split_assignment("--only", text);
    std::set<std::string> known = {"seed"};
    for (const PlannedRun& run : runs) {
      for (const auto& [name, value] : run.spec.settings) known.insert(name);
    }
    Filter filter{text, full_name(key), {}};
    if (!known.contains(filter.name)) {
      std::vector<std::string> names;
      for (const std::string& name : known) names.push_back(name.starts_with("parts.") ? name.substr(6) : name);
      throw UserError(fmt::format("--only: this experiment has no setting '{}'; {}", key, suggestion(key, names)));
    }
    for (const TomlValue& value : parse_argument_list(values)) {
      struct Text {
        std::string operator()(const std::string& v) const { return v; }
        std::string operator()(bool v) const { return to_text(v); }
        std::string operator()(std::int64_t v) const { return to_text(v); }
        std::string operator()(double v) const { return to_text(v); }
        std::string operator()(const TomlTime&) const { return ""; }
        std::string operator()(const TomlList&) const { return ""; }
        std::string operator()(const TomlTable&) const { return ""; }
      };
      filter.values.push_back(std::visit(Text{}, value.data));
    }
    filters.push_back(std::move(filter));
  }
  return filters;
}

void apply_only(const PlanRequest& request, Plan& plan) {
  for (const Filter& filter : filters_of(request, plan.runs)) {
    std::set<std::string> present;
    const std::size_t before = plan.runs.size();
    std::erase_if(plan.runs, [&](const PlannedRun& run) {
      const auto setting = run.spec.settings.find(filter.name);
      std::string text = filter.name == "seed" ? to_text(run.spec.seed) : "";
      if (setting != run.spec.settings.end()) text = to_text(setting->second);
      present.insert(text);
      return std::ranges::find(filter.values, text) == filter.values.end();
    });
    plan.excluded += before - plan.runs.size();
    if (plan.runs.empty()) {
      const std::vector<std::string> values(present.begin(), present.end());
      throw NothingMatched(fmt::format("--only '{}' leaves no run; {}", filter.text,
                                       suggestion(filter.values.empty() ? "" : filter.values.front(), values)));
    }
  }
}

void expand(const Layers& layers, const Judged& judged, const Registry& registry, Validator& validator, Plan& plan) {
  std::size_t count = 1;
  for (const Factor& factor : judged.factors) count = count > kMostRuns ? count : count * factor.values.size();
  if (count > kMostRuns) {
    const FlatEntry& last = layers.factors.back();
    validator.report(*last.source, last.key_place(), ErrorCode::bad_grid, "the grid has too many combinations",
                     fmt::format("at most {} runs per experiment", kMostRuns));
    return;
  }
  const std::string folder =
      fs::absolute(fs::path(layers.documents.front().source->name)).parent_path().lexically_normal().string();
  std::set<std::string> used;
  std::set<std::pair<OptionValues, std::int64_t>> seen;
  std::map<std::string, std::string> hashes;
  for (OptionValues& combination : combinations(judged.factors)) {
    std::int64_t seed = 1;
    if (const auto swept = combination.find("seed"); swept != combination.end())
      seed = std::get<std::int64_t>(swept->second);
    OptionValues given = judged.values;
    for (const auto& [name, value] : combination) given[name] = value;
    Resolved resolved = resolve(given, registry);
    std::vector<std::string> label;
    for (const Factor& factor : judged.factors) {
      if (factor.name == "seed") continue;
      const auto setting = resolved.settings.find(factor.name);
      if (setting != resolved.settings.end()) used.insert(factor.name);
      label.push_back(setting == resolved.settings.end() ? "-" : to_text(setting->second));
    }
    if (!seen.emplace(resolved.settings, seed).second) {
      ++plan.equal;
      continue;
    }
    PlannedRun run;
    run.request.variant.settings = resolved.settings;
    run.request.variant.label = label.empty() ? plan.experiment.name : fmt::format("{}", fmt::join(label, "/"));
    run.request.seed = seed;
    run.request.plugins = plugin_files(resolved.components, hashes);
    run.request.code_identity = code_identity(run.request.plugins);
    run.spec.experiment = plan.experiment.name;
    run.spec.folder = folder;
    run.spec.metric = plan.experiment.metric;
    run.spec.settings = std::move(resolved.settings);
    run.spec.seed = seed;
    run.spec.threads = plan.run_options.threads;
    run.spec.keep_examples = plan.run_options.keep_examples;
    run.spec.checkpoint_every = plan.run_options.checkpoint_every;
    for (const PluginFile& file : run.request.plugins) {
      auto& files = run.spec.plugin_files;
      if (!file.path.empty() && std::ranges::find(files, file.path) == files.end()) files.push_back(file.path);
    }
    plan.runs.push_back(std::move(run));
  }
  for (const Factor& factor : judged.factors) {
    if (factor.name == "seed" || used.contains(factor.name)) continue;
    const FlatEntry& entry = *strongest(layers.factors, factor.name);
    validator.report(*entry.source, entry.key_place(), ErrorCode::bad_grid, fmt::format("no run uses '{}'", factor.name),
                     "its plugin is not chosen in [parts] or [grid]");
  }
  plan.combinations = count;
}

}  // namespace

std::string code_identity(const std::vector<PluginFile>& plugins) {
  std::set<std::string> contents;
  for (const PluginFile& plugin : plugins) contents.insert(plugin.content_hash);
  return sha256(fmt::format("seqlab {}\n{}\n", framework_version(), fmt::join(contents, "\n")));
}

Plan make_plan(const PlanRequest& request, const Registry& registry) {
  const Layers layers = read_layers(request);
  Validator validator(registry);
  const Judged judged = judge(layers, registry, validator);
  check_name(layers, validator);
  check_models(layers, judged, registry, validator);

  Plan plan;
  ExperimentRecord& experiment = plan.experiment;
  choose_metric(layers, judged, validator, experiment);
  validator.throw_if_any();

  experiment.name = to_text(judged.values.at("name"));
  experiment.file = fs::absolute(request.file).lexically_normal().string();
  for (const Document& document : layers.documents) {
    if (!experiment.text.empty()) experiment.text += fmt::format("\n# ---- base: {}\n", document.source->name);
    experiment.text += document.source->text;
  }
  for (const Factor& factor : judged.factors) {
    if (factor.name != "seed") experiment.factors.push_back(factor.name);
    if (factor.name == "seed") plan.seeds = factor.values.size();
  }
  experiment.environment = environment_facts(fs::absolute(request.file).parent_path().string());
  plan.factors = short_names(judged.factors);
  plan.run_options = run_schema().read(settings_below(judged.values, "run."));
  expand(layers, judged, registry, validator, plan);
  validator.throw_if_any();
  apply_only(request, plan);
  return plan;
}

std::string plan_line(const Plan& plan) {
  std::vector<std::string> products;
  for (const FactorCount& factor : plan.factors) products.push_back(fmt::format("{} {}", factor.values, factor.name));
  if (!plan.factors.empty() || plan.seeds > 1)
    products.push_back(fmt::format("{} seed{}", plan.seeds, plan.seeds == 1 ? "" : "s"));
  const std::size_t runs = plan.combinations - plan.equal;
  std::string text = fmt::format("{}   {}{}{} run{}", plan.experiment.name, fmt::join(products, " x "),
                                 products.empty() ? "" : " = ", runs, runs == 1 ? "" : "s");
  if (plan.equal > 0) text += fmt::format(" ({} that differ only in unused options are left out)", plan.equal);
  if (plan.excluded > 0) text += fmt::format(", {} chosen by --only", plan.runs.size());
  return text + fmt::format("   metric {} ({})", plan.experiment.metric, plan.experiment.maximize ? "max" : "min");
}

}  // namespace seqlab
