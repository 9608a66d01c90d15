#include "cli/columns.h"

#include <algorithm>
#include <sstream>

#include "results/text_table.h"

namespace seqlab {
namespace {

constexpr int kGap = 3;
constexpr int kNarrowestText = 30;  // columns that wrapped text needs to be read with ease
constexpr int kHanging = 4;

std::vector<int> column_widths(const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  return widths;
}

std::string blanks(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }

void add_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

}  // namespace

std::string in_columns(const std::vector<std::vector<std::string>>& rows, std::string_view indent, int width) {
  const std::vector<int> widths = column_widths(rows);
  const int left = display_width(indent);
  // How many columns stay columns: all where they fit, else as many as leave room for the rest.
  std::size_t kept = widths.size();
  int start = left;  // where the stacked cells begin
  for (const int w : widths) start += w + kGap;
  if (start - kGap > width) {
    while (kept > 0 && (kept == widths.size() || width - start < kNarrowestText)) start -= widths[--kept] + kGap;
  }
  const bool own_line = kept == 0;  // even the first column leaves no room
  if (own_line) start = left + kHanging;
  kept = std::max<std::size_t>(kept, 1);

  std::string out;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < std::min(kept, row.size()); ++i) {
      if (i > 0) line += blanks(kGap);
      line += own_line ? row[i] : padded(row[i], widths[i]);
    }
    bool begun = own_line;
    if (own_line) add_line(out, std::move(line));
    for (std::size_t i = kept; i < row.size(); ++i) {
      if (row[i].empty()) continue;
      std::istringstream text(wrapped(row[i], std::max(kNarrowestText, width - start)));
      for (std::string part; std::getline(text, part); begun = true) {
        const int length = display_width(part);
        const bool fits = start + length <= width || left + kHanging + length > width;
        if (!fits && !begun) add_line(out, line);
        // A word that is too long for its column is not too long for the line.
        add_line(out, !fits ? blanks(left + kHanging) + part : (begun ? blanks(start) : line + blanks(kGap)) + part);
      }
    }
    if (!begun) add_line(out, std::move(line));
  }
  return out;
}

std::string folded(std::string_view line, int width, std::string_view indent) {
  std::string out;
  int column = 0;
  bool any = false;  // a word stands on the current line
  while (!line.empty()) {
    const std::size_t blank = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find(' ', blank), line.size());
    const std::string_view gap = line.substr(0, blank);
    const std::string_view word = line.substr(blank, end - blank);
    line.remove_prefix(end);
    const int length = display_width(word);
    const int start = display_width(indent);
    const int behind = column + static_cast<int>(gap.size()) + length;
    const bool fits = start + length <= width;
    if (any && behind > width && (fits || kHanging + length <= width)) {
      out += '\n';
      out += fits ? std::string(indent) : blanks(kHanging);
      out += word;
      column = (fits ? start : kHanging) + length;
    } else if (!word.empty()) {
      out += gap;
      out += word;
      column = behind;
    }
    any = any || !word.empty();
  }
  return out;
}

}  // namespace seqlab
