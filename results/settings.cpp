#include "results/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/suggest.h"
#include "experiment/variant_label.h"

namespace seqlab {
namespace {

using nlohmann::json;

json to_json(const OptionValue& value) {
  return std::visit([](const auto& typed) { return json(typed); }, value);
}

OptionValue from_json(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  if (value.is_array()) return value.get<std::vector<std::string>>();
  return value.get<std::string>();
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

bool is_end_of(std::string_view name, std::string_view key) {
  if (!key.ends_with(name)) return false;
  return key.size() == name.size() || key[key.size() - name.size() - 1] == '.';
}

}  // namespace

std::string canonical_json(const OptionValues& settings) {
  json object = json::object();
  for (const auto& [key, value] : settings) object[key] = to_json(value);
  return dump(object);
}

OptionValues settings_from_json(std::string_view text) {
  try {
    OptionValues settings;
    const json object = json::parse(text);
    for (const auto& [key, value] : object.items()) settings[key] = from_json(value);
    return settings;
  } catch (const json::exception& error) {
    throw InternalError(fmt::format("stored settings are damaged: {}", error.what()));
  }
}

std::string cell_of(const OptionValues& settings, const std::vector<std::string>& factors) {
  json cell = json::array();
  for (const auto& factor : factors) {
    const auto found = settings.find(factor);
    cell.push_back(found == settings.end() ? json(nullptr) : to_json(found->second));
  }
  return dump(cell);
}

std::vector<std::string> values_of_cell(std::string_view cell) {
  std::vector<std::string> values;
  const json parsed = json::parse(cell);
  for (const json& value : parsed) values.push_back(value.is_null() ? "-" : to_text(from_json(value)));
  return values;
}

std::string value_text(const OptionValues& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "-" : to_text(found->second);
}

std::size_t find_factor(const std::string& name, const std::vector<std::string>& factors, const std::string& option) {
  std::vector<std::size_t> matches;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i] == name) return i;
    if (is_end_of(name, factors[i])) matches.push_back(i);
  }
  if (matches.size() == 1) return matches.front();
  if (matches.size() > 1) {
    std::vector<std::string> keys;
    for (const std::size_t i : matches) keys.push_back(factors[i]);
    throw UserError(fmt::format("{}: '{}' may mean {}; write the full key", option, name, fmt::join(keys, " or ")));
  }
  if (factors.empty())
    throw UserError(fmt::format("{}: the experiment has no factor '{}': it varies nothing but the seed", option, name));
  throw UserError(
      fmt::format("{}: the experiment has no factor '{}'; {}", option, name, suggestion(name, short_names(factors))));
}

}  // namespace seqlab
