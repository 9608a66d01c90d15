#include "experiment/selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

/// --only K=A,B: the key's full name and the texts it may have.
struct Filter {
  std::string text;
  std::string name;
  std::vector<std::string> values;
};

/// Whether runs that have the setting differ in it.
bool varies(const std::string& name, const std::vector<PlannedRun>& runs) {
  std::set<std::string> values;
  for (const PlannedRun& run : runs) {
    const auto setting = run.spec.settings.find(name);
    if (setting != run.spec.settings.end()) values.insert(to_text(setting->second));
  }
  return values.size() > 1;
}

/// The one name that ends in the key, as labels of runs shorten it, among those that vary if there are any; else the key's
/// full name.
std::string known_name(const std::string& key, const std::set<std::string>& known, const std::vector<PlannedRun>& runs) {
  const std::string name = full_name(key);
  if (known.contains(name)) return name;
  std::vector<std::string> ending, varying;
  std::ranges::copy_if(known, std::back_inserter(ending), [&](const auto& n) { return n.ends_with("." + key); });
  std::ranges::copy_if(ending, std::back_inserter(varying), [&](const auto& n) { return varies(n, runs); });
  if (!varying.empty()) ending = varying;
  if (ending.size() > 1) {
    throw UserError(fmt::format("--only: '{}' can be {}; write the whole name", key, fmt::join(ending, " or ")));
  }
  return ending.empty() ? name : ending.front();
}

std::vector<Filter> filters_of(const PlanRequest& request, const std::vector<PlannedRun>& runs) {
  std::vector<Filter> filters;
  for (const std::string& text : request.only) {
    const auto [key, values] = split_assignment("--only", text);
    std::set<std::string> known = {"seed"};
    for (const PlannedRun& run : runs) {
      for (const auto& [name, value] : run.spec.settings) known.insert(name);
    }
    Filter filter{text, known_name(key, known, runs), listed_values(values)};
    if (!known.contains(filter.name)) {
      std::vector<std::string> names;
      for (const std::string& name : known) names.push_back(name.starts_with("parts.") ? name.substr(6) : name);
      throw UserError(fmt::format("--only: this experiment has no setting '{}'; {}", key, suggestion(key, names)));
    }
    filters.push_back(std::move(filter));
  }
  return filters;
}

}  // namespace

std::vector<std::string> listed_values(const std::string& values) {
  struct Text {
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(bool v) const { return to_text(v); }
    std::string operator()(std::int64_t v) const { return to_text(v); }
    std::string operator()(double v) const { return to_text(v); }
    std::string operator()(const TomlTime&) const { return ""; }
    std::string operator()(const TomlList&) const { return ""; }
    std::string operator()(const TomlTable&) const { return ""; }
  };
  std::vector<std::string> texts;
  for (const TomlValue& value : parse_argument_list(values)) texts.push_back(std::visit(Text{}, value.data));
  return texts;
}

void select_runs(const PlanRequest& request, Plan& plan) {
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

}  // namespace seqlab
