#pragma once

// A CSV or TSV file in memory: a heading, then one record a line. Fields may stand in double quotes, a quote inside doubled;
// a field does not run over lines.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

class Table {
 public:
  /// Separator by the name: tab for .tsv and .tsv.gz, else comma. UserError naming file, line and remedy for an empty file,
  /// a name that stands twice in the heading, a line with more or fewer fields than it (ragged) and bad quotes.
  static Table read(const std::filesystem::path& file);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] std::size_t rows() const { return lines_.size(); }
  [[nodiscard]] std::string_view at(std::size_t row, std::size_t column) const;
  /// Line of the file, from 1.
  [[nodiscard]] std::int64_t line(std::size_t row) const { return lines_[row]; }
  /// Index of a column. UserError with did-you-mean; `option` is the option that names it.
  [[nodiscard]] std::size_t column(std::string_view name, std::string_view option) const;
  /// The field as a finite number; NaN where it is empty. UserError naming line and column otherwise.
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  /// "FILE:LINE: column 'NAME': ".
  [[nodiscard]] std::string place(std::size_t row, std::size_t column) const;

 private:
  std::filesystem::path file_;
  std::vector<std::string> columns_;
  std::unique_ptr<std::string> text_;  // what the cells are parts of; a table can be moved
  std::vector<std::string_view> cells_;
  std::vector<std::int64_t> lines_;
};

}  // namespace seqlab
