#include "cli/fitted_table.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cli/columns.h"
#include "cli/terminal.h"

namespace seqlab {

std::string as_records(const TextTable& table, int width) {
  int name_width = 0;
  for (const TableColumn& column : table.columns) name_width = std::max(name_width, display_width(column.name));
  name_width = std::min(name_width, width / 2);
  const std::string indent(static_cast<std::size_t>(name_width) + 4, ' ');
  std::string out;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += fmt::format("{}row {}\n", r > 0 ? "\n" : "", r + 1);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const std::string value = cell_text(table.rows[r][c]);
      out += folded("  " + padded(table.columns[c].name, value.empty() ? 0 : name_width + 2) + value, width, indent) + '\n';
    }
  }
  return out;
}

std::string fitted(const TextTable& table, TableFormat format) {
  std::string text = to_text(table, format);
  const std::optional<int> limit = width_limit(STDOUT_FILENO);
  if (format != TableFormat::table || !limit || table.rows.empty()) return text;
  // The line under the head is as long as the table is wide.
  const auto head_end = text.find('\n') + 1;
  const auto rule = text.substr(head_end, text.find('\n', head_end) - head_end);
  return display_width(rule) <= *limit ? text : as_records(table, *limit);
}

}  // namespace seqlab
