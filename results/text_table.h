#pragma once

// Rows of typed cells, printed for a person or for a program.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace seqlab {

enum class TableFormat { table, csv, json, markdown, latex };
/// UserError with did-you-mean for another word.
TableFormat table_format(const std::string& word);

/// Nothing, a number, text or a truth ("true", "false"). Nothing is blank (JSON null).
using TableCell = std::variant<std::monostate, std::int64_t, double, std::string, bool>;

enum class Align { automatic, left, right };  // automatic: right where every cell of the column is a number or blank

struct TableColumn {
  std::string name;
  Align align = Align::automatic;
};

struct TextTable {
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // each as long as `columns`
};

/// In columns (width counted as a terminal does), RFC 4180 CSV, a JSON list of objects (numbers at full precision; NaN and
/// infinities, which JSON lacks, are null; a column name that occurs again gets "_2"), a GitHub table, or a LaTeX tabular
/// that needs no package. Ends with a line feed.
std::string to_text(const TextTable& table, TableFormat format);

/// Formats for papers, in which numbers are rounded as in the table for a person.
inline bool is_for_print(TableFormat format) { return format == TableFormat::markdown || format == TableFormat::latex; }

/// A cell as it stands in CSV: shortest number that reads back, text as it is.
std::string raw_text(const TableCell& cell);
/// A cell as it stands in a table: the same with control characters shown as escapes, and long numbers cut to six digits.
std::string cell_text(const TableCell& cell);

/// Columns of a terminal that the text fills; 0 for combining marks, 2 for wide characters. Invalid bytes count 1.
int display_width(std::string_view text);
/// The text with blanks up to `width` columns, behind it or (right) before it.
std::string padded(std::string_view text, int width, bool right = false);
/// Words filled into lines of at most `width` columns; a longer word gets its own line. Lines after the first begin with
/// `indent`.
std::string wrapped(std::string_view text, int width, std::string_view indent = "");

/// One record of CSV, quoted as RFC 4180 says, with its line end (a lone line feed, as Unix tools expect).
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace seqlab
