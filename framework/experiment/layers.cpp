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

void put_factor(ExperimentLayers& layers, FlatEntry factor, bool zipped) {
  const auto same = std::ranges::find(layers.factors, factor.name, &FlatEntry::name);
  if (zipped) {
    layers.zipped.insert(factor.name);
  } else {
    layers.zipped.erase(factor.name);
  }
  if (same == layers.factors.end()) {
    layers.factors.push_back(std::move(factor));
    return;
  }
  if (same->source == factor.source) layers.repeated.push_back(factor);
  *same = std::move(factor);
}

/// The tables of [[exclude]] or [[add]]; nothing where the value is something else.
std::optional<std::vector<SweepTable>> sweep_tables(const FlatEntry& entry) {
  const auto* list = std::get_if<TomlList>(&entry.value.data);
  if (list == nullptr) return std::nullopt;
  std::vector<SweepTable> tables;
  for (const TomlValue& item : *list) {
    const auto* inner = std::get_if<TomlTable>(&item.data);
    if (inner == nullptr) return std::nullopt;
    SweepTable table{flatten({entry.source, *inner}), item.place, entry.source};
    for (FlatEntry& one : table.entries) one.name = full_name(one.name);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace

std::string full_name(const std::string& name) {
  return name == "seed" || name.find('.') != std::string::npos ? name : "parts." + name;
}

bool from_command_line(const FlatEntry& entry) { return entry.source->order >= kCommandLineOrder; }

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

ExperimentLayers read_layers(const PlanRequest& request) {
  ExperimentLayers layers;
  layers.documents = read_document_chain(request.file);
  for (auto document = layers.documents.rbegin(); document != layers.documents.rend(); ++document) {
    for (FlatEntry& entry : flatten(*document)) {
      constexpr std::string_view kGrid = "grid.";
      constexpr std::string_view kZip = "zip.";
      if (entry.name.starts_with(kGrid)) {
        entry.name = full_name(entry.name.substr(kGrid.size()));
        put_factor(layers, std::move(entry), false);
      } else if (entry.name.starts_with(kZip)) {
        entry.name = full_name(entry.name.substr(kZip.size()));
        put_factor(layers, std::move(entry), true);
      } else if (entry.name == "exclude" || entry.name == "add") {
        auto tables = sweep_tables(entry);
        if (tables) (entry.name == "add" ? layers.add : layers.exclude) = std::move(*tables);
        if (!tables) layers.assignments.push_back(std::move(entry));  // the validator says what is wrong
      } else {
        layers.assignments.push_back(std::move(entry));
      }
    }
  }
  int order = 0;
  for (const std::string& text : request.grid) put_factor(layers, argument_entry("--grid", text, order++, true), false);
  if (request.seeds) {
    put_factor(layers, argument_entry("--seeds", fmt::format("seed={}", *request.seeds), order++, true), false);
  }
  for (const std::string& text : request.set) {
    FlatEntry entry = argument_entry("--set", text, order++, false);
    if (entry.name == "base") throw UserError("--set base: a base file is named in the experiment file alone");
    for (SweepTable& table : layers.add)
      std::erase_if(table.entries, [&](const FlatEntry& e) { return e.name == entry.name; });
    const bool swept = std::ranges::find(layers.factors, entry.name, &FlatEntry::name) != layers.factors.end();
    if (swept || entry.name == "seed") {
      FlatEntry fixed = entry;
      fixed.value = {TomlList{entry.value}, entry.value.place};
      put_factor(layers, std::move(fixed), false);
      if (entry.name != "seed") layers.assignments.push_back(std::move(entry));  // for what [[add]] does not say
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
