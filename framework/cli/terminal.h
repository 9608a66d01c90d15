#pragma once

// What the terminal can show.

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace seqlab {

bool is_terminal(int descriptor);
bool can_be_redrawn(int descriptor);  // a terminal whose cursor moves
/// Columns of a line: the variable COLUMNS, else the terminal's own; nothing for a pipe or a file.
std::optional<int> width_limit(int descriptor);
int terminal_width(int descriptor);   // the same; 80 for a pipe or a file
int terminal_height(int descriptor);  // lines; 24 for a pipe or a file

/// Whether to colour what goes to `descriptor`: --color, else NO_COLOR, TERM and whether it is a terminal.
bool use_color(const std::string& choice, int descriptor);

/// As much of a line as fits into `width` columns.
std::string cut_to_width(std::string_view line, int width);

/// A path as short as it can be named from the current folder.
std::string shown_path(const std::string& path);

}  // namespace seqlab
