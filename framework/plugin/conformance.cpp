#include "plugin/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "plugin/conformance_kinds.h"

namespace seqlab {
namespace {

/// Values that the rule must refuse.
std::vector<OptionValue> outside(const OptionRule& rule) {
  std::vector<OptionValue> values;
  const auto number = [&](double value) {
    if (rule.type == OptionType::integer) return OptionValue(static_cast<std::int64_t>(value));
    return OptionValue(value);
  };
  // A step that is seen beside a limit of any size; limits beyond what an integer of 53 bits shows are left alone.
  constexpr double kLargest = 0x1p52;
  const auto step = [](double limit) { return std::max(1.0, std::abs(limit) * 1e-6); };
  const auto tried = [&](double limit) { return rule.type != OptionType::integer || std::abs(limit) < kLargest; };
  if (const auto low = rule.constraint.minimum; low && tried(*low)) values.push_back(number(*low - step(*low)));
  if (const auto high = rule.constraint.maximum; high && tried(*high)) values.push_back(number(*high + step(*high)));
  if (!rule.constraint.choices.empty()) values.emplace_back(std::string("no-such-choice"));
  if (rule.type != OptionType::text) values.emplace_back(std::string("a word"));
  return values;
}

std::string options_refused(const Component& component, const std::function<void(const OptionValues&)>& make) {
  int refused = 0;
  for (const OptionRule& rule : component.options->rules()) {
    for (const OptionValue& value : outside(rule)) {
      try {
        make({{rule.name, value}});
      } catch (const UserError&) {
        ++refused;
        continue;
      }
      throw UserError(fmt::format("option '{}' accepted {}", rule.name, to_text(value)));
    }
  }
  try {
    make({{"no_such_option", OptionValue(true)}});
  } catch (const UserError&) {
    return fmt::format("{} values and an unknown name refused", refused);
  }
  throw UserError("an unknown option was accepted");
}

}  // namespace

std::vector<CheckResult> check_component(const Component& component, const Registry& registry,
                                         const CheckObserver& observer) {
  std::vector<CheckResult> results;
  const auto check = [&](const std::string& name, const std::function<std::string()>& run) {
    CheckResult result{name, true, ""};
    observer.begins(name);
    try {
      result.detail = run();
    } catch (const std::exception& failure) {
      result.passed = false;
      result.detail = failure.what();
    }
    observer.ended(result);
    results.push_back(std::move(result));
  };
  std::vector<conformance::Check> checks;
  std::function<void(const OptionValues&)> make;
  switch (component.kind) {
    case Kind::cell: checks = conformance::cell_checks(component, make); break;
    case Kind::attention: checks = conformance::attention_checks(component, make); break;
    case Kind::embedding: checks = conformance::embedding_checks(component, make); break;
    case Kind::model: checks = conformance::model_checks(component, registry, make); break;
  }
  for (const auto& [name, run] : checks) check(name, run);
  check("options out of range are refused", [&] { return options_refused(component, make); });
  return results;
}

}  // namespace seqlab
