#include "experiment/variant_label.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace seqlab {

std::vector<std::string> short_names(const std::vector<std::string>& factors) {
  const auto last_part = [](const std::string& key) { return key.substr(key.rfind('.') + 1); };  // npos + 1 is 0
  std::vector<std::string> names;
  for (const auto& factor : factors) {
    const std::string name = last_part(factor);
    const auto holders = std::ranges::count_if(factors, [&](const std::string& other) { return last_part(other) == name; });
    names.push_back(holders == 1 ? name : factor);
  }
  return names;
}

std::string label_part(const std::string& factor, const std::string& name, const std::string& value, bool word) {
  return word && factor.starts_with("parts.") ? value : fmt::format("{}={}", name, value);
}

std::string variant_label(const std::vector<std::string>& factors, const OptionValues& settings) {
  const std::vector<std::string> names = short_names(factors);
  std::vector<std::string> parts;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const auto setting = settings.find(factors[f]);
    const bool applies = setting != settings.end();
    const auto* text = applies ? std::get_if<std::string>(&setting->second) : nullptr;
    parts.push_back(
        label_part(factors[f], names[f], applies ? to_text(setting->second) : "-", text != nullptr && !text->empty()));
  }
  return fmt::format("{}", fmt::join(parts, "/"));
}

}  // namespace seqlab
