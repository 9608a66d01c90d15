#include "data/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/suggest.h"
#include "data/text.h"
#include "data/whole_file.h"

namespace seqlab {
namespace {

/// Cuts a line into fields, undoing quotes in place.
void cut(char* line, std::size_t size, char separator, const std::string& place, std::vector<std::string_view>& fields) {
  std::size_t i = 0;
  for (;;) {
    const std::size_t first = i;
    if (i < size && line[i] == '"') {
      std::size_t end = ++i;  // where the text without its quotes is written to
      for (;; ++i) {
        if (i >= size) throw UserError(fmt::format("{}: a quote is not closed on its line; close it", place));
        if (line[i] == '"') {
          if (i + 1 >= size || line[i + 1] != '"') break;
          ++i;
        }
        line[end++] = line[i];
      }
      ++i;
      if (i < size && line[i] != separator) {
        throw UserError(fmt::format("{}: text behind a closing quote; double the quotes inside a field", place));
      }
      fields.emplace_back(line + first + 1, end - first - 1);
    } else {
      while (i < size && line[i] != separator) ++i;
      fields.emplace_back(line + first, i - first);
    }
    if (i >= size) return;
    ++i;
  }
}

}  // namespace

Table Table::read(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  const char separator = name.ends_with(".tsv") || name.ends_with(".tsv.gz") ? '\t' : ',';
  Table table;
  table.file_ = file;
  table.text_ = std::make_unique<std::string>(read_whole_file(file));
  char* text = table.text_->data();
  const std::size_t size = table.text_->size();
  std::size_t first = table.text_->starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::int64_t number = 0;
  std::vector<std::string_view> fields;
  while (first < size) {
    ++number;
    const std::size_t end = std::min(table.text_->find('\n', first), size);
    std::size_t length = end - first;
    if (length > 0 && text[end - 1] == '\r') --length;
    const std::string place = fmt::format("{}:{}", file.string(), number);
    check_line({text + first, length}, file.string(), number);
    if (length == 0) throw UserError(fmt::format("{}: empty line; remove it", place));
    fields.clear();
    cut(text + first, length, separator, place, fields);
    first = end + 1;
    if (number == 1) {
      table.columns_.assign(fields.begin(), fields.end());
      for (auto column = table.columns_.begin(); column != table.columns_.end(); ++column) {
        if (std::find(table.columns_.begin(), column, *column) == column) continue;
        throw UserError(fmt::format("{}: the heading names the column '{}' twice; rename one", place, *column));
      }
      continue;
    }
    if (fields.size() != table.columns_.size()) {
      throw UserError(
          fmt::format("{}: {} fields where the heading has {}; complete the line, or quote a field that holds the "
                      "separator",
                      place, fields.size(), table.columns_.size()));
    }
    table.cells_.insert(table.cells_.end(), fields.begin(), fields.end());
    table.lines_.push_back(number);
  }
  if (number == 0) throw UserError(fmt::format("{}: the file is empty; it must have a heading and records", file.string()));
  if (table.lines_.empty()) {
    throw UserError(fmt::format("{}: there is a heading but no record; add one a line", file.string()));
  }
  return table;
}

std::string_view Table::at(std::size_t row, std::size_t column) const { return cells_[row * columns_.size() + column]; }

std::size_t Table::column(std::string_view name, std::string_view option) const {
  const auto found = std::ranges::find(columns_, name);
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  throw UserError(
      fmt::format("{}:1: no column '{}', which '{}' names; {}", file_.string(), name, option, suggestion(name, columns_)));
}

double Table::number(std::size_t row, std::size_t column) const {
  const std::string_view field = at(row, column);
  if (field.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (code != std::errc() || end != field.data() + field.size()) {
    throw UserError(fmt::format("{}'{}' is no number; correct it", place(row, column), field));
  }
  if (!std::isfinite(value)) {
    throw UserError(fmt::format("{}'{}' is not finite; correct it", place(row, column), field));
  }
  if (std::abs(value) > std::numeric_limits<float>::max()) {
    throw UserError(
        fmt::format("{}'{}' is too large for a number of 32 bits (3.4e38); correct it", place(row, column), field));
  }
  return value;
}

std::string Table::place(std::size_t row, std::size_t column) const {
  return fmt::format("{}:{}: column '{}': ", file_.string(), line(row), columns_[column]);
}

}  // namespace seqlab
