#include "data/long_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "data/table.h"

namespace seqlab {
namespace {

std::vector<std::size_t> feature_columns(const Table& table, const LongTableColumns& columns, bool labels_apart) {
  std::vector<std::size_t> found;
  for (const std::string& name : columns.features) found.push_back(table.column(name, "features"));
  if (!found.empty()) return found;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const std::string& name = table.columns()[i];
    if (name != columns.sequence && name != columns.step && (labels_apart || name != columns.label)) found.push_back(i);
  }
  if (found.empty()) {
    throw UserError(
        fmt::format("{}:1: no column is left for the features; add one or name them in 'features'", table.file().string()));
  }
  return found;
}

std::string_view filled(const Table& table, std::size_t row, std::size_t column) {
  const std::string_view field = table.at(row, column);
  if (field.empty()) throw UserError(fmt::format("{}the field is empty; fill it in", table.place(row, column)));
  return field;
}

/// The sequences of a table by name, each from its records, without what the labels' file says.
LongTable read_steps(const Table& table, const LongTableColumns& columns, bool labels_apart) {
  LongTable result;
  const std::size_t sequence = table.column(columns.sequence, "sequence");
  const bool ordered = !columns.step.empty();
  const std::size_t step = ordered ? table.column(columns.step, "step") : 0;
  const std::size_t label = labels_apart ? 0 : table.column(columns.label, "label");
  const std::vector<std::size_t> features = feature_columns(table, columns, labels_apart);
  for (const std::size_t feature : features) result.features.push_back(table.columns()[feature]);
  std::unordered_map<std::string_view, std::size_t> seen;
  double before = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string_view name = filled(table, row, sequence);
    const bool begins = result.examples.empty() || result.examples.back().text != name;
    if (begins) {
      if (!seen.emplace(name, row).second) {
        throw UserError(fmt::format("{}sequence '{}' goes on after another one; sort the records by '{}' and step",
                                    table.place(row, sequence), name, columns.sequence));
      }
      RawExample& example = result.examples.emplace_back();
      example.text = name;
      example.place = fmt::format("{}:{}", table.file().string(), table.line(row));
      if (!labels_apart) example.label = filled(table, row, label);
    }
    RawExample& example = result.examples.back();
    if (ordered) {
      const double now = table.number(row, step);
      if (std::isnan(now) || (!begins && now <= before)) {
        throw UserError(fmt::format("{}step '{}' does not come after the one before; sort the records by step",
                                    table.place(row, step), table.at(row, step)));
      }
      before = now;
    }
    if (!labels_apart && table.at(row, label) != example.label) {
      throw UserError(fmt::format("{}the label '{}' of sequence '{}' becomes '{}'; a sequence has one label",
                                  table.place(row, label), example.label, name, table.at(row, label)));
    }
    for (const std::size_t feature : features) {
      const double value = table.number(row, feature);
      if (std::isnan(value) && !columns.missing) {
        throw UserError(fmt::format("{}a number is missing; fill it in, or allow it with missing = \"carry\"",
                                    table.place(row, feature)));
      }
      example.values.push_back(static_cast<float>(value));
    }
  }
  return result;
}

/// The constants of sequences, in the labels' file or in one of their own.
class Constants {
 public:
  Constants(const Table& table, const LongTableColumns& columns) : table_(table), missing_(columns.missing) {
    for (const std::string& name : columns.constants) columns_.push_back(table.column(name, "constants"));
    const std::size_t sequence = table.column(columns.sequence, "sequence");
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::string name(filled(table, row, sequence));
      if (rows_.emplace(name, row).second) continue;
      throw UserError(fmt::format("{}sequence '{}' has a record already; remove one", table.place(row, sequence), name));
    }
  }
  /// `place` is where the sequence is named.
  [[nodiscard]] std::vector<float> of(const std::string& name, const std::string& place) const {
    const auto found = rows_.find(name);
    if (found == rows_.end()) {
      throw UserError(fmt::format("{}sequence '{}' has no record in {}; add one", place, name, table_.file().string()));
    }
    std::vector<float> values;
    for (const std::size_t column : columns_) {
      const double value = table_.number(found->second, column);
      if (std::isnan(value) && !missing_) {
        throw UserError(fmt::format("{}a number is missing; fill it in, or allow it with missing = \"carry\"",
                                    table_.place(found->second, column)));
      }
      values.push_back(static_cast<float>(value));
    }
    return values;
  }

 private:
  const Table& table_;
  bool missing_;
  std::vector<std::size_t> columns_;
  std::unordered_map<std::string, std::size_t> rows_;
};

}  // namespace

LongTable read_long_table(const std::filesystem::path& sequences, const std::filesystem::path& labels,
                          const LongTableColumns& columns) {
  LongTable read = read_steps(Table::read(sequences), columns, !labels.empty());
  if (labels.empty()) return read;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < read.examples.size(); ++i) places.emplace(read.examples[i].text, i);
  const Table table = Table::read(labels);
  const std::size_t sequence = table.column(columns.sequence, "sequence");
  const std::size_t label = table.column(columns.label, "label");
  const std::size_t split = columns.split.empty() ? 0 : table.column(columns.split, "split");
  const std::size_t keep = columns.keep.empty() ? 0 : table.column(columns.keep, "keep");
  const std::size_t group = columns.group.empty() ? 0 : table.column(columns.group, "group");
  std::optional<Table> own_file;
  if (!columns.constants_file.empty()) own_file = Table::read(columns.constants_file);
  std::optional<Constants> constants;
  if (!columns.constants.empty()) constants.emplace(own_file ? *own_file : table, columns);
  LongTable labelled;
  labelled.features = read.features;
  std::vector<bool> used(read.examples.size(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string name(filled(table, row, sequence));
    const auto found = places.find(name);
    if (found == places.end()) {
      throw UserError(fmt::format("{}sequence '{}' has a label but no record in {}; remove the line or add its steps",
                                  table.place(row, sequence), name, sequences.string()));
    }
    if (used[found->second]) {
      throw UserError(fmt::format("{}sequence '{}' has a label already; remove one", table.place(row, sequence), name));
    }
    used[found->second] = true;
    if (!columns.keep.empty() && table.at(row, keep) != "1") continue;
    RawExample& example = labelled.examples.emplace_back(std::move(read.examples[found->second]));
    example.label = filled(table, row, label);
    example.place = fmt::format("{}:{}", labels.string(), table.line(row));
    if (!columns.split.empty()) example.split = filled(table, row, split);
    if (!columns.group.empty()) example.group = filled(table, row, group);
    if (constants) example.constants = constants->of(name, table.place(row, sequence));
  }
  const auto unlabelled = std::ranges::find(used, false);
  if (unlabelled != used.end()) {
    const RawExample& example = read.examples[static_cast<std::size_t>(unlabelled - used.begin())];
    throw UserError(
        fmt::format("{}: sequence '{}' has no label in {}; add one", example.place, example.text, labels.string()));
  }
  return labelled;
}

}  // namespace seqlab
