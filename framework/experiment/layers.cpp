#include "experiment/layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace seqlab {
namespace {

constexpr int kCommandLineOrder = 1000;  // behind all files

/// An assignment of the command line as if it stood in a file of its own.
FlatEntry argument_entry(const std::string& option, const std::string& text, int order, bool list) {
  const auto [key, value_text] = split_assignment(option, text);
  FlatEntry entry;
  entry.name = key == "name" || key == "metric" || key == "base" ? key : full_name(key);
  entry.source = std::make_shared<SourceText>(SourceText{option, text, kCommandLineOrder + order});
  entry.path = {{1, 1, static_cast<int>(key.size())}};
  const int shift = static_cast<int>(key.size()) + 1;
  if (list) {
    TomlList values = parse_argument_list(value_text);
    for (TomlValue& value : values) value.place.column += shift;
    if (key == "seed" && values.size() == 1 && !value_text.starts_with('[')) {
      entry.value = values.front();
    } else {
      entry.value = {std::move(values), {1, 1 + shift, static_cast<int>(value_text.size())}};
    }
  } else {
    entry.value = parse_argument_value(value_text);
    entry.value.place.column += shift;
  }
  return entry;
}

void put_factor(std::vector<FlatEntry>& factors, FlatEntry factor) {
  const auto same = std::ranges::find(factors, factor.name, &FlatEntry::name);
  if (same == factors.end()) {
    factors.push_back(std::move(factor));
  } else {
    *same = std::move(factor);
  }
}

}  // namespace

std::string full_name(const std::string& name) {
  return name == "seed" || name.find('.') != std::string::npos ? name : "parts." + name;
}

std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text) {
  const auto sign = text.find('=');
  if (sign == std::string::npos || sign == 0) {
    throw UserError(fmt::format("{} '{}': expected KEY=VALUE, such as {} train.epochs=5", option, text, option));
  }
  std::string key = text.substr(0, sign);
  while (!key.empty() && key.back() == ' ') key.pop_back();
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  return {key, text.substr(sign + 1)};
}

Layers read_layers(const PlanRequest& request) {
  Layers layers;
  layers.documents = read_document_chain(request.file);
  for (auto document = layers.documents.rbegin(); document != layers.documents.rend(); ++document) {
    for (FlatEntry& entry : flatten(*document)) {
      constexpr std::string_view kGrid = "grid.";
      if (entry.name.starts_with(kGrid)) {
        entry.name = full_name(entry.name.substr(kGrid.size()));
        put_factor(layers.factors, std::move(entry));
      } else {
        layers.assignments.push_back(std::move(entry));
      }
    }
  }
  int order = 0;
  for (const std::string& text : request.grid) put_factor(layers.factors, argument_entry("--grid", text, order++, true));
  if (request.seeds) {
    put_factor(layers.factors, argument_entry("--seeds", fmt::format("seed={}", *request.seeds), order++, true));
  }
  for (const std::string& text : request.set) {
    FlatEntry entry = argument_entry("--set", text, order++, false);
    if (entry.name == "base") throw UserError("--set base: a base file is named in the experiment file alone");
    const bool swept = std::ranges::find(layers.factors, entry.name, &FlatEntry::name) != layers.factors.end();
    if (swept || entry.name == "seed") {
      FlatEntry fixed = entry;
      fixed.value = {TomlList{entry.value}, entry.value.place};
      put_factor(layers.factors, std::move(fixed));
    } else if (const auto* table = std::get_if<TomlTable>(&entry.value.data); table != nullptr && !table->empty()) {
      for (FlatEntry& inner : flatten({entry.source, *table})) {
        inner.name = entry.name + "." + inner.name;
        inner.path = entry.path;
        layers.assignments.push_back(std::move(inner));
      }
    } else {
      layers.assignments.push_back(std::move(entry));
    }
  }
  return layers;
}

}  // namespace seqlab
