#include "results/text_table.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

bool is_number(const TableCell& cell) {
  return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
}

bool right_aligned(const TextTable& table, std::size_t column) {
  if (table.columns[column].align != Align::automatic) return table.columns[column].align == Align::right;
  bool any = false;
  for (const auto& row : table.rows) {
    if (std::holds_alternative<std::monostate>(row[column])) continue;
    if (!is_number(row[column])) return false;
    any = true;
  }
  return any;
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// Blank cells under the same widths for every row; a rule under the head.
std::string in_columns(const TextTable& table) {
  const std::size_t count = table.columns.size();
  std::vector<int> widths(count);
  std::vector<bool> right(count);
  std::vector<std::vector<std::string>> texts;
  for (const auto& row : table.rows) {
    auto& line = texts.emplace_back();
    for (const auto& cell : row) line.push_back(cell_text(cell));
  }
  for (std::size_t c = 0; c < count; ++c) {
    right[c] = right_aligned(table, c);
    widths[c] = display_width(table.columns[c].name);
    for (const auto& line : texts) widths[c] = std::max(widths[c], display_width(line[c]));
  }
  std::string out;
  const auto add_line = [&](const auto& text_of) {
    std::string line;
    for (std::size_t c = 0; c < count; ++c) {
      if (c > 0) line += "  ";
      line += padded(text_of(c), widths[c], right[c]);
    }
    out += without_trailing_blanks(std::move(line)) + '\n';
  };
  add_line([&](std::size_t c) { return table.columns[c].name; });
  add_line([&](std::size_t c) { return std::string(static_cast<std::size_t>(widths[c]), '-'); });
  for (const auto& text : texts) add_line([&](std::size_t c) { return text[c]; });
  return out;
}

std::string as_csv(const TextTable& table) {
  std::vector<std::string> fields;
  for (const auto& column : table.columns) fields.push_back(column.name);
  std::string out = csv_line(fields);
  for (const auto& row : table.rows) {
    fields.clear();
    for (const auto& cell : row) fields.push_back(raw_text(cell));
    out += csv_line(fields);
  }
  return out;
}

nlohmann::ordered_json json_value(const TableCell& cell) {
  struct Visitor {
    nlohmann::ordered_json operator()(std::monostate) const { return nullptr; }
    nlohmann::ordered_json operator()(std::int64_t v) const { return v; }
    nlohmann::ordered_json operator()(double v) const { return std::isfinite(v) ? nlohmann::ordered_json(v) : nullptr; }
    nlohmann::ordered_json operator()(const std::string& v) const { return v; }
    nlohmann::ordered_json operator()(bool v) const { return v; }
  };
  return std::visit(Visitor{}, cell);
}

std::vector<std::string> unique_names(const TextTable& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    std::string name = column.name;
    for (int copy = 2; std::ranges::find(names, name) != names.end(); ++copy) name = fmt::format("{}_{}", column.name, copy);
    names.push_back(std::move(name));
  }
  return names;
}

std::string as_json(const TextTable& table) {
  const std::vector<std::string> names = unique_names(table);
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    auto object = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < row.size(); ++c) object[names[c]] = json_value(row[c]);
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string as_markdown(const TextTable& table) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n') {
        out += "<br>";
      } else {
        if (c == '|' || c == '\\') out += '\\';
        out += c;
      }
    }
    return out;
  };
  std::string head = "|";
  std::string rule = "|";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    head += fmt::format(" {} |", escaped(table.columns[c].name));
    rule += right_aligned(table, c) ? " ---: |" : " --- |";
  }
  std::string out = head + '\n' + rule + '\n';
  for (const auto& row : table.rows) {
    out += '|';
    for (const auto& cell : row) out += fmt::format(" {} |", escaped(raw_text(cell)));
    out += '\n';
  }
  return out;
}

std::string latex_text(const std::string& text) {
  const bool negative = text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9';
  if (negative) return "$-$" + text.substr(1);  // a hyphen is no minus there
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}': out += fmt::format("\\{}", c); break;
      case '~': out += "\\textasciitilde{}"; break;
      case '^': out += "\\textasciicircum{}"; break;
      case '\\': out += "\\textbackslash{}"; break;
      case '<': out += "\\textless{}"; break;
      case '>': out += "\\textgreater{}"; break;
      case '\n': out += ' '; break;
      default: out += c;
    }
  }
  return out;
}

std::string as_latex(const TextTable& table) {
  std::string out = "\\begin{tabular}{";
  for (std::size_t c = 0; c < table.columns.size(); ++c) out += right_aligned(table, c) ? 'r' : 'l';
  out += "}\n\\hline\n";
  const auto line = [&](const auto& text_of) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) out += (c > 0 ? " & " : "") + latex_text(text_of(c));
    out += " \\\\\n";
  };
  line([&](std::size_t c) { return table.columns[c].name; });
  out += "\\hline\n";
  for (const auto& row : table.rows) line([&](std::size_t c) { return raw_text(row[c]); });
  return out + "\\hline\n\\end{tabular}\n";
}

}  // namespace

TableFormat table_format(const std::string& word) {
  static const std::vector<std::string> kWords{"table", "csv", "json", "markdown", "latex"};
  const auto found = std::ranges::find(kWords, word);
  if (found == kWords.end()) {
    throw UserError(fmt::format("--format cannot be '{}'; {}", word, suggestion(word, kWords)));
  }
  return static_cast<TableFormat>(found - kWords.begin());
}

std::string to_text(const TextTable& table, TableFormat format) {
  for (const auto& row : table.rows) expect(row.size() == table.columns.size(), "a row has one cell for each column");
  switch (format) {
    case TableFormat::table: return in_columns(table);
    case TableFormat::csv: return as_csv(table);
    case TableFormat::json: return as_json(table);
    case TableFormat::markdown: return as_markdown(table);
    case TableFormat::latex: return as_latex(table);
  }
  throw InternalError("unknown table format");
}

std::string raw_text(const TableCell& cell) {
  struct Visitor {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return fmt::format("{}", v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
  };
  return std::visit(Visitor{}, cell);
}

std::string cell_text(const TableCell& cell) {
  constexpr std::size_t kMostDigits = 10;
  std::string text = raw_text(cell);
  const auto* number = std::get_if<double>(&cell);
  if (number != nullptr && text.size() > kMostDigits && std::abs(*number) < 1e6) text = fmt::format("{:.6g}", *number);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &code_point);
    width += used > 0 ? utf8proc_charwidth(code_point) : 1;
    const utf8proc_ssize_t step = used > 0 ? used : 1;
    bytes += step;
    left -= step;
  }
  return width;
}

std::string padded(std::string_view text, int width, bool right) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return right ? blanks + std::string(text) : std::string(text) + blanks;
}

std::string wrapped(std::string_view text, int width, std::string_view indent) {
  std::istringstream words{std::string(text)};
  std::string out;
  std::string word;
  int column = 0;
  while (words >> word) {
    const int length = display_width(word);
    if (column > 0 && column + 1 + length > width) {
      out += '\n';
      out += indent;
      column = display_width(indent);
      out += word;
    } else {
      if (column > 0) out += ' ';
      column += column > 0 ? 1 : 0;
      out += word;
    }
    column += length;
  }
  return out;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace seqlab
