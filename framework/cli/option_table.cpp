#include "cli/option_table.h"

#include <fmt/format.h>

namespace seqlab {
namespace {

nlohmann::json value_json(const OptionValue& value) {
  return std::visit([](const auto& held) { return nlohmann::json(held); }, value);
}

}  // namespace

std::vector<std::vector<std::string>> option_rows(const OptionTable& options) {
  std::vector<std::vector<std::string>> rows;
  for (const OptionRule& rule : options.rules()) {
    rows.push_back({rule.name, fmt::format("= {}", to_text(rule.default_value)), rule.expectation(), rule.help});
  }
  return rows;
}

nlohmann::json option_json(const OptionTable& options) {
  nlohmann::json list = nlohmann::json::array();
  for (const OptionRule& rule : options.rules()) {
    list.push_back({{"name", rule.name},
                    {"type", type_word(rule.type)},
                    {"default", value_json(rule.default_value)},
                    {"expected", rule.expectation()},
                    {"help", rule.help}});
  }
  return list;
}

}  // namespace seqlab
