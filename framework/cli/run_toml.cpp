#include "cli/run_toml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>
#include <vector>

#include "experiment/run_spec.h"

namespace seqlab {
namespace {

std::string toml_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string toml_key(const std::string& dotted) {
  std::vector<std::string> parts;
  std::istringstream stream(dotted);
  for (std::string part; std::getline(stream, part, '.');) {
    const bool bare = !part.empty() && std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    parts.push_back(bare ? part : toml_string(part));
  }
  return fmt::format("{}", fmt::join(parts, "."));
}

/// "cell.lstm" for "cell.lstm.forget_bias", "train" for "train.optimizer.rate".
std::string table_of(const std::string& key) {
  static constexpr std::array<std::string_view, 4> kKinds{"cell", "attention", "embedding", "model"};
  const auto first = key.find('.');
  if (first == std::string::npos) return "";
  if (std::ranges::find(kKinds, key.substr(0, first)) == kKinds.end()) return key.substr(0, first);
  const auto second = key.find('.', first + 1);
  return key.substr(0, second == std::string::npos ? first : second);
}

}  // namespace

std::string toml_value(const OptionValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return toml_string(*text);
  if (const auto* real = std::get_if<double>(&value)) return toml_float(*real);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    std::vector<std::string> parts;
    for (const auto& text : *texts) parts.push_back(toml_string(text));
    return fmt::format("[{}]", fmt::join(parts, ", "));
  }
  return to_text(value);
}

std::string to_toml(const RunToml& run) {
  std::string out;
  std::istringstream comment(run.comment);
  for (std::string line; std::getline(comment, line);) out += "# " + line + '\n';
  out += fmt::format("name = {}\nmetric = {}\n", toml_string(run.name), toml_string(run.metric));

  std::map<std::string, std::vector<std::string>> tables;
  for (const auto& [key, value] : run.settings) {
    // What the data files held is found anew when they are read; the metric stands above.
    if (key == kDataContent || key == kMetricSetting) continue;
    const std::string table = table_of(key);
    const std::string rest = table.empty() ? key : key.substr(table.size() + 1);
    tables[table].push_back(fmt::format("{} = {}\n", toml_key(rest), toml_value(value)));
  }
  const auto print = [&](const std::string& table) {
    const auto found = tables.find(table);
    if (found == tables.end()) return;
    if (!table.empty()) out += fmt::format("\n[{}]\n", toml_key(table));
    for (const auto& line : found->second) out += line;
    tables.erase(found);
  };
  for (const char* table : {"", "data", "parts"}) print(table);
  std::vector<std::string> others;
  for (const auto& [table, lines] : tables) {
    if (table != "train") others.push_back(table);
  }
  for (const auto& table : others) print(table);
  print("train");
  if (run.threads > 0) out += fmt::format("\n[run]\nthreads = {}\n", run.threads);
  out += fmt::format("\n[grid]\nseed = [{}]\n", run.seed);
  return out;
}

}  // namespace seqlab
