#include "experiment/sweep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "core/suggest.h"

namespace seqlab {
namespace {

std::string shown(const std::string& name) { return name.starts_with("parts.") ? name.substr(6) : name; }

/// Every combination of some factors' values, the first factor slowest.
std::vector<OptionValues> product_of(const std::vector<Factor>& factors) {
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

void judge_axes(const ExperimentLayers& layers, Validator& validator, Sweep& sweep) {
  for (const FlatEntry& entry : layers.repeated) {
    validator.report(*entry.source, entry.key_place(), ErrorCode::bad_zip,
                     fmt::format("'{}' is swept twice", shown(entry.name)), "name it once, in [grid] or in [zip]");
  }
  std::optional<std::size_t> zip;  // its place among the axes
  bool equal = true;
  for (const FlatEntry& entry : layers.factors) {
    const bool zipped = layers.zipped.contains(entry.name);
    std::optional<Factor> factor = validator.check_factor(entry, zipped ? "[zip]" : "[grid]");
    if (!factor) continue;
    const std::size_t size = factor->values.size();
    if (!zipped || !zip) {
      if (zipped) zip = sweep.axes.size();
      sweep.axes.push_back({{}, size});
    } else if (size != sweep.axes[*zip].size && equal) {
      const std::string first = shown(sweep.factors[sweep.axes[*zip].factors.front()].name);
      validator.report(*entry.source, entry.value.place, ErrorCode::bad_zip,
                       fmt::format("the lists of [zip] have different lengths: '{}' has {}, '{}' has {}", first,
                                   sweep.axes[*zip].size, shown(entry.name), size),
                       "they vary together: give each as many values, or move one to [grid]");
      equal = false;
    }
    (zipped ? sweep.axes[*zip] : sweep.axes.back()).factors.push_back(sweep.factors.size());
    sweep.factors.push_back(std::move(*factor));
  }
}

void judge_exclude(const ExperimentLayers& layers, Validator& validator, Sweep& sweep) {
  std::vector<std::string> names;
  for (const FlatEntry& entry : layers.factors) names.push_back(shown(entry.name));
  for (const SweepTable& table : layers.exclude) {
    if (table.entries.empty()) {
      validator.report(*table.source, table.place, ErrorCode::bad_exclude, "an [[exclude]] without keys",
                       "write what to leave out, such as cell = \"gru\"");
      continue;
    }
    Pattern pattern{{}, &table};
    for (const FlatEntry& entry : table.entries) {
      if (std::ranges::find(layers.factors, entry.name, &FlatEntry::name) == layers.factors.end()) {
        validator.report(*entry.source, entry.key_place(), ErrorCode::bad_exclude,
                         fmt::format("'{}' is not swept, so nothing of it can be left out", shown(entry.name)),
                         suggestion(shown(entry.name), names));
        continue;
      }
      const auto factor = std::ranges::find(sweep.factors, entry.name, &Factor::name);
      const bool altered = from_command_line(*std::ranges::find(layers.factors, entry.name, &FlatEntry::name));
      std::optional<Factor> choice = validator.check_choice(entry, "[[exclude]]");
      if (!choice || factor == sweep.factors.end()) continue;  // reported
      for (const OptionValue& value : choice->values) {
        if (altered || std::ranges::find(factor->values, value) != factor->values.end()) continue;
        std::vector<std::string> known;
        for (const OptionValue& one : factor->values) known.push_back(to_text(one));
        validator.report(*entry.source, entry.value.place, ErrorCode::bad_exclude,
                         fmt::format("'{}' never is {}", shown(entry.name), to_text(value)),
                         type_of(value) == OptionType::text ? suggestion(to_text(value), known)
                                                            : fmt::format("known: {}", fmt::join(known, ", ")));
      }
      pattern.factors.push_back(std::move(*choice));
    }
    if (pattern.factors.size() == table.entries.size()) sweep.exclude.push_back(std::move(pattern));
  }
}

void judge_add(const ExperimentLayers& layers, Validator& validator, Sweep& sweep) {
  for (const SweepTable& table : layers.add) {
    if (table.entries.empty()) {
      validator.report(*table.source, table.place, ErrorCode::bad_add, "an [[add]] without keys",
                       "write the values of one more combination, such as cell = \"rnn\"");
      continue;
    }
    Pattern pattern{{}, &table};
    for (const FlatEntry& entry : table.entries) {
      std::optional<Factor> choice = validator.check_choice(entry, "[[add]]");
      if (!choice) continue;
      // What only an [[add]] names varies too: two runs of one cell would else be taken for one.
      if (std::ranges::find(layers.factors, entry.name, &FlatEntry::name) == layers.factors.end() && entry.name != "seed") {
        auto factor = std::ranges::find(sweep.factors, entry.name, &Factor::name);
        if (factor == sweep.factors.end()) factor = sweep.factors.insert(factor, Factor{entry.name, {}});
        factor->values.insert(factor->values.end(), choice->values.begin(), choice->values.end());
      }
      pattern.factors.push_back(std::move(*choice));
    }
    if (pattern.factors.size() == table.entries.size()) sweep.add.push_back(std::move(pattern));
  }
}

}  // namespace

std::size_t Sweep::product() const {
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
  std::size_t count = 1;
  for (const Axis& axis : axes) count = count > kMost / std::max<std::size_t>(1, axis.size) ? kMost : count * axis.size;
  return count;
}

const Factor* Sweep::seeds() const {
  const auto found = std::ranges::find(factors, "seed", &Factor::name);
  return found == factors.end() ? nullptr : &*found;
}

Sweep judge_sweep(const ExperimentLayers& layers, Validator& validator) {
  Sweep sweep;
  judge_axes(layers, validator, sweep);
  judge_exclude(layers, validator, sweep);
  judge_add(layers, validator, sweep);
  return sweep;
}

std::vector<AxisCount> axis_counts(const Sweep& sweep) {
  std::vector<AxisCount> counts;
  std::map<std::string, int> uses;
  const auto last = [](const std::string& name) { return name.substr(name.rfind('.') + 1); };
  for (const Factor& factor : sweep.factors) ++uses[last(factor.name)];
  for (const Axis& axis : sweep.axes) {
    std::vector<std::string> names;
    for (const std::size_t place : axis.factors) {
      const std::string& name = sweep.factors[place].name;
      names.push_back(uses[last(name)] == 1 ? last(name) : name);
    }
    if (names == std::vector<std::string>{"seed"}) continue;
    counts.push_back({fmt::format("{}", fmt::join(names, "+")), axis.size});
  }
  return counts;
}

std::vector<OptionValues> combinations(const Sweep& sweep) {
  std::vector<OptionValues> all = {{}};
  for (const Axis& axis : sweep.axes) {
    std::vector<OptionValues> next;
    next.reserve(all.size() * axis.size);
    for (const OptionValues& combination : all) {
      for (std::size_t row = 0; row < axis.size; ++row) {
        next.push_back(combination);
        for (const std::size_t place : axis.factors) {
          const Factor& factor = sweep.factors[place];
          next.back()[factor.name] = factor.values[row];
        }
      }
    }
    all = std::move(next);
  }
  return all;
}

bool matches(const Pattern& pattern, const OptionValues& combination) {
  return std::ranges::all_of(pattern.factors, [&](const Factor& factor) {
    const auto value = combination.find(factor.name);
    return value != combination.end() && std::ranges::find(factor.values, value->second) != factor.values.end();
  });
}

std::vector<OptionValues> combinations_of(const Pattern& add, const Sweep& sweep) {
  std::vector<Factor> factors = add.factors;
  const bool seeded = std::ranges::find(factors, "seed", &Factor::name) != factors.end();
  if (const Factor* seeds = sweep.seeds(); seeds != nullptr && !seeded) {
    const bool alone = std::ranges::any_of(sweep.axes, [&](const Axis& axis) {
      return axis.factors.size() == 1 && &sweep.factors[axis.factors.front()] == seeds;
    });
    if (alone) factors.push_back(*seeds);  // a zipped seed belongs to its row
  }
  return product_of(factors);
}

}  // namespace seqlab
