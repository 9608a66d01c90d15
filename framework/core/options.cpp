#include "core/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

std::string number_text(double value) {
  return fmt::format("{}", value);  // shortest text that reads back to the same double
}

}  // namespace

std::string to_text(const OptionValue& value) {
  struct Visitor {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return number_text(v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const std::vector<std::string>& v) const { return fmt::format("[{}]", fmt::join(v, ", ")); }
  };
  return std::visit(Visitor{}, value);
}

std::string_view type_word(OptionType type) {
  switch (type) {
    case OptionType::boolean: return "true or false";
    case OptionType::integer: return "integer";
    case OptionType::real: return "number";
    case OptionType::text: return "string";
    case OptionType::texts: return "list of strings";
  }
  return "value";
}

OptionType type_of(const OptionValue& value) { return static_cast<OptionType>(value.index()); }

Constraint in_range(double minimum, double maximum) { return {minimum, maximum, {}}; }
Constraint at_least(double minimum) { return {minimum, std::nullopt, {}}; }
Constraint one_of(std::vector<std::string> choices) { return {std::nullopt, std::nullopt, std::move(choices)}; }
Constraint anything() { return {}; }

std::string OptionRule::expectation() const {
  if (!constraint.choices.empty()) return fmt::format("one of: {}", fmt::join(constraint.choices, ", "));
  std::string text(type_word(type));
  if (constraint.minimum && constraint.maximum) {
    text += fmt::format(" from {} to {}", number_text(*constraint.minimum), number_text(*constraint.maximum));
  } else if (constraint.minimum) {
    text += fmt::format(", at least {}", number_text(*constraint.minimum));
  } else if (constraint.maximum) {
    text += fmt::format(", at most {}", number_text(*constraint.maximum));
  }
  return text;
}

std::optional<OptionValue> OptionRule::accept(const OptionValue& value, std::string& why) const {
  OptionValue own = value;
  if (type == OptionType::real && std::holds_alternative<std::int64_t>(value)) {
    own = static_cast<double>(std::get<std::int64_t>(value));
  }
  if (type_of(own) != type) {
    why = fmt::format("'{}' must be {}, not {} ({})", name, expectation(), type_word(type_of(value)), to_text(value));
    return std::nullopt;
  }
  if (type == OptionType::integer || type == OptionType::real) {
    const double number =
        type == OptionType::real ? std::get<double>(own) : static_cast<double>(std::get<std::int64_t>(own));
    const bool inside = std::isfinite(number) && (!constraint.minimum || number >= *constraint.minimum) &&
                        (!constraint.maximum || number <= *constraint.maximum);
    if (!inside) {
      why = fmt::format("'{}' is out of range: {} given, expected {}", name, to_text(value), expectation());
      return std::nullopt;
    }
  }
  if (!constraint.choices.empty()) {
    const auto texts = type == OptionType::texts ? std::get<std::vector<std::string>>(own)
                                                 : std::vector<std::string>{std::get<std::string>(own)};
    for (const std::string& text : texts) {
      if (std::ranges::find(constraint.choices, text) != constraint.choices.end()) continue;
      why = fmt::format("'{}' cannot be '{}'; {}", name, text, suggestion(text, constraint.choices));
      return std::nullopt;
    }
  }
  return own;
}

const OptionRule* OptionTable::find(std::string_view name) const {
  const auto found = std::ranges::find(rules_, name, &OptionRule::name);
  return found == rules_.end() ? nullptr : &*found;
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const auto& rule : rules_) names.push_back(rule.name);
  return names;
}

OptionValues OptionTable::defaults() const {
  OptionValues values;
  for (const auto& rule : rules_) values[rule.name] = rule.default_value;
  return values;
}

OptionValues OptionTable::complete(const OptionValues& given) const {
  OptionValues values = defaults();
  for (const auto& [name, value] : given) {
    const OptionRule* rule = find(name);
    if (rule == nullptr) throw UserError(fmt::format("unknown option '{}'; {}", name, suggestion(name, names())));
    std::string why;
    auto own = rule->accept(value, why);
    if (!own) throw UserError(why);
    values[name] = std::move(*own);
  }
  for (const Demand& demand : demands_) {
    if (!demand.holds(values)) throw OptionError(demand.option, demand.message);
  }
  return values;
}

std::optional<std::string> OptionTable::idle(std::string_view option, const OptionValues& values) const {
  for (const Use& use : uses_) {
    if (std::ranges::find(use.options, option) != use.options.end() && !use.matters(values)) return use.otherwise;
  }
  return std::nullopt;
}

void OptionTable::add_use(Use use) {
  for (const std::string& option : use.options) {
    expect(find(option) != nullptr, fmt::format("option '{}' is declared before its use", option));
  }
  uses_.push_back(std::move(use));
}

void OptionTable::include(const OptionTable& other) {
  for (const OptionRule& rule : other.rules_) add_rule(rule);
  uses_.insert(uses_.end(), other.uses_.begin(), other.uses_.end());
  demands_.insert(demands_.end(), other.demands_.begin(), other.demands_.end());
}

void OptionTable::add_rule(OptionRule rule) {
  expect(find(rule.name) == nullptr, fmt::format("option '{}' is declared twice", rule.name));
  std::string why;
  const bool accepted = rule.accept(rule.default_value, why).has_value();
  expect(accepted, fmt::format("default breaks its own rule: {}", why));
  rules_.push_back(std::move(rule));
}

}  // namespace seqlab
